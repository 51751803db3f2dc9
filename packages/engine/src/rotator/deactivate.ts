import {
  changeSessionOf,
  type AccessKeyId,
  type ArmedEnforcement,
  type CapCount,
  type RotationPhase,
  type UserRef,
} from '@keynag/core'
import { capsOn, obstacleTo } from './obstacle.ts'
import type { RotationRun, StepResult } from './rotation-run.ts'

/** Intent, UpdateAccessKey, record: the recovery grace begins with the record. */
export async function deactivate(
  run: RotationRun,
  user: UserRef,
  enforce: ArmedEnforcement,
): Promise<StepResult> {
  const before = run.rotation.phase
  const intent = { kind: 'deactivating', ...replacementOf(run), intendedAt: run.now } as const
  const obstacle =
    (await run.intend(intent, await capsToDeactivate(run))) ?? (await obstacleTo(run, enforce))
  if (obstacle !== undefined) return { ...obstacle, phase: before }
  const session = changeSessionOf(run.rotation.rotationId)
  const result = await run.ports.mutations.deactivate(user, run.entry.accessKeyId, session)
  if (result === 'done') return deactivated(run, enforce)
  return (
    (await run.renamed(user, result)) ?? {
      reason: 'the owner had deleted the key',
      fact: { kind: 'resolved', how: 'deleted-by-owner' },
      phase: { kind: 'closed', outcome: 'deleted-by-owner' },
    }
  )
}

/** Where nothing is replaced, the rotation was opened for this, and counted then. */
function capsToDeactivate(run: RotationRun): Promise<readonly CapCount[]> {
  const { phase, openedAt } = run.rotation
  const counted = phase.kind === 'deactivating' ? phase.intendedAt : undefined
  return run.entry.state === 'issued'
    ? capsOn(run, 'deactivate', counted)
    : capsOn(run, 'begin', counted ?? openedAt)
}

/** Dated now, also where a delivery that died made the call: that only lengthens the grace. */
export function deactivated(run: RotationRun, enforce: ArmedEnforcement): StepResult {
  const { rotationId } = run.rotation
  const staysInactive =
    enforce.kind === 'deactivate' ||
    (enforce.kind === 'rotate' && enforce.recoveryGraceDays === 'never')
  const phase: RotationPhase = staysInactive
    ? { kind: 'closed', outcome: 'deactivated' }
    : { kind: 'deactivated', ...replacementOf(run), deactivatedAt: run.now }
  return {
    reason: 'deactivated the key',
    phase,
    fact: { kind: 'deactivated', rotationId, rule: run.rule },
    notice: 'deactivated',
  }
}

/** The new key that a phase carries on to the next. */
export function replacementOf({ rotation: { phase } }: RotationRun): { newKeyId?: AccessKeyId } {
  return 'newKeyId' in phase && phase.newKeyId !== undefined ? { newKeyId: phase.newKeyId } : {}
}
