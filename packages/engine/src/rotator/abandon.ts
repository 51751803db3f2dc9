import { handoverName, transition, type Entry, type FactOf, type RotationId } from '@keynag/core'
import type { RotationRun, StepResult } from './rotation-run.ts'

/**
 * Abandons a rotation: its container goes where nothing was issued from it, the rotation is closed, and
 * the user's keys are free for another one.
 */
export async function abandon(run: RotationRun): Promise<StepResult> {
  await retireUnissued(run)
  const fact = abandonedFact(run.entry, run.rotation.rotationId, run.rule)
  return {
    reason: `gave the rotation up: ${run.rule}`,
    phase: { kind: 'closed', outcome: 'abandoned' },
    ...(fact && { fact }),
  }
}

/** `undefined` where the entry does not know of the rotation. */
export const abandonedFact = (
  { state }: Entry,
  rotationId: RotationId,
  why: string,
): FactOf<'rotation-abandoned'> | undefined =>
  transition(state, 'rotation-abandoned') && { kind: 'rotation-abandoned', rotationId, why }

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
