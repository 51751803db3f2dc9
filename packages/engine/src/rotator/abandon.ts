import { handoverName } from '@keynag/core'
import type { RotationRun, StepResult } from './rotation-run.ts'

/** Gives a rotation up: its hand-over secret goes, it is closed, and its key is free for another. */
export async function abandon(run: RotationRun): Promise<StepResult> {
  const { rotationId } = run.rotation
  await retireUnissued(run)
  const { state } = run.entry
  const isRecorded = state === 'issuing' || state === 'resolved'
  return {
    reason: `gave the rotation up: ${run.rule}`,
    phase: { kind: 'closed', outcome: 'abandoned' },
    ...(isRecorded ? { fact: { kind: 'rotation-abandoned', rotationId, why: run.rule } } : {}),
  }
}

/** Retires the container that a rotation made, where nothing was issued from it. Idempotent. */
export async function retireUnissued(run: RotationRun): Promise<void> {
  const secretId = unissuedSecret(run)
  if (secretId !== undefined) await run.ports.handovers.retire(run.entry.accountId, secretId)
}

/** A delivery that died may have made the container without recording it: then only its name is known. */
function unissuedSecret({ entry, rotation }: RotationRun): string | undefined {
  const { phase, rotationId } = rotation
  if ('secretArn' in phase) return phase.secretArn
  const isForReplacing = entry.state === 'issuing' || entry.state === 'resolved'
  return phase.kind === 'opened' && isForReplacing ? handoverName(rotationId) : undefined
}
