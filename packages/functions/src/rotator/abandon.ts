import { done, type Outcome } from '@keynag/core'
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
export async function retireUnissued({ ports, rotation, user }: Work): Promise<void> {
  const { phase } = rotation
  if ('secretArn' in phase) await ports.handovers.retire(user.accountId, phase.secretArn)
}
