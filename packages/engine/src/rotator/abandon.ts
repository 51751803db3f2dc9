import { done, handoverName, type Outcome } from '@keynag/core'
import type { Work } from './work.ts'

/** Gives a rotation up: its hand-over secret goes, it is closed, and its key is free for another. */
export async function abandon(work: Work, why: string): Promise<Outcome> {
  const { entry, rotation } = work
  const { rotationId } = rotation
  await retireUnissued(work)
  await work.record({
    phase: { kind: 'closed', outcome: 'abandoned' },
    ...(entry.state === 'issuing' || entry.state === 'resolved'
      ? { fact: { kind: 'rotation-abandoned', rotationId, why } as const }
      : {}),
  })
  return done(`gave the rotation up: ${why}`)
}

/** The container that a rotation made and issued nothing from. Idempotent. */
export async function retireUnissued(work: Work): Promise<void> {
  const secretId = unissuedSecret(work)
  if (secretId !== undefined) await work.ports.handovers.retire(work.user.accountId, secretId)
}

/** A delivery that died may have made the container and not written it down: then it has a name. */
function unissuedSecret({ entry, rotation }: Work): string | undefined {
  const { phase, rotationId } = rotation
  if ('secretArn' in phase) return phase.secretArn
  const isForReplacing = entry.state === 'issuing' || entry.state === 'resolved'
  return phase.kind === 'opened' && isForReplacing ? handoverName(rotationId) : undefined
}
