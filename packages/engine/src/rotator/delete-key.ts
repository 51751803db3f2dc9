import { changeSessionOf, type ArmedEnforcement, type EpochMs, type UserRef } from '@keynag/core'
import { keysOfUser } from '../keys-of-user.ts'
import { replacementOf } from './deactivate.ts'
import { capsFor, obstacleTo } from './obstacle.ts'
import { postponed, unlessRefused, type RotationRun, type StepResult } from './rotation-run.ts'

/** Intent, one last look, DeleteAccessKey, record: the one step that cannot be undone. */
export async function deleteKey(
  run: RotationRun,
  user: UserRef,
  deactivatedAt: EpochMs,
  enforce: ArmedEnforcement,
): Promise<StepResult> {
  const { phase } = run.rotation
  const intent = {
    kind: 'deleting',
    ...replacementOf(run.rotation),
    deactivatedAt,
    intendedAt: run.now,
  } as const
  const obstacle =
    (await run.intend(intent, await capsFor(run.ports, run.entry, 'delete'))) ??
    (await reactivation(run, user)) ??
    (await obstacleTo(run, enforce))
  // Nothing was asked of IAM: no intent is left open.
  if (obstacle !== undefined) return { ...obstacle, phase }
  const session = changeSessionOf(run.rotation.rotationId)
  const answer = await unlessRefused(run, phase, () =>
    run.ports.mutations.delete(user, run.entry.accessKeyId, session),
  )
  if ('refused' in answer) return answer.refused
  if (answer.made === 'done') return deleted(run)
  return (await run.renamed(user, answer.made)) ?? goneBefore(run)
}

/** The owner deleted the key just before, or the SDK repeated a call that had taken effect. */
const goneBefore = ({ now }: RotationRun): StepResult =>
  postponed(now, 'the key was gone when keynag deleted it: CloudTrail tells who did that', true)

/** The last look: the key must still be Inactive, or be gone. */
async function reactivation(run: RotationRun, user: UserRef): Promise<StepResult | undefined> {
  const { ports, entry } = run
  const keys = await keysOfUser(ports.iam, user, entry.accessKeyId)
  if (keys === undefined) return run.renamed(user, 'no-user')
  const key = keys.find((listed) => listed.accessKeyId === entry.accessKeyId)
  return key === undefined || key.status === 'Inactive'
    ? undefined
    : { reason: 'the key changed just before its deletion; the sweeper comes again' }
}

export const deleted = ({
  rotation: { rotationId },
  rule,
}: Pick<RotationRun, 'rotation' | 'rule'>): StepResult => ({
  reason: 'deleted the key',
  phase: { kind: 'closed', outcome: 'deleted' },
  fact: { kind: 'deleted', rotationId, rule },
  notice: 'deleted',
  isMade: true,
})
