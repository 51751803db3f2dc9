import {
  changeSessionOf,
  policyNamed,
  recoveryGraceDays,
  type AccessKeyId,
  type ArmedEnforcement,
  type Capped,
  type Entry,
  type EpochMs,
  type FactOf,
  type Organization,
  type Rotation,
  type RotationPhase,
  type UserRef,
} from '@keynag/core'
import { capsFor, obstacleTo } from './obstacle.ts'
import { unlessRefused, type RotationRun, type StepResult } from './rotation-run.ts'

/** Intent, UpdateAccessKey, record: the recovery grace begins with the record. */
export async function deactivate(
  run: RotationRun,
  user: UserRef,
  enforce: ArmedEnforcement,
): Promise<StepResult> {
  const before = run.rotation.phase
  const intent = {
    kind: 'deactivating',
    ...replacementOf(run.rotation),
    intendedAt: run.now,
  } as const
  const obstacle =
    (await run.intend(intent, await capsFor(run.ports, run.entry, cappedAs(run)))) ??
    (await obstacleTo(run, enforce))
  if (obstacle !== undefined) return { ...obstacle, phase: before }
  const session = changeSessionOf(run.rotation.rotationId)
  const { mutations, organization } = run.ports
  const answer = await unlessRefused(run, before, () =>
    mutations.deactivate(user, run.entry.accessKeyId, session),
  )
  if ('refused' in answer) return answer.refused
  if (answer.made === 'done') return deactivated(organization, run)
  return (
    (await run.renamed(user, answer.made)) ?? {
      reason: 'the owner had deleted the key',
      fact: { kind: 'resolved', how: 'deleted-by-owner' },
      phase: { kind: 'closed', outcome: 'deleted-by-owner' },
    }
  )
}

/** Where nothing is replaced, the deactivation is what the rotation was opened for. */
const cappedAs = ({ entry }: RotationRun): Capped =>
  entry.state === 'issued' ? 'deactivate' : 'begin'

/** What is known of a change that was made. */
interface Made {
  readonly rotation: Rotation
  readonly entry: Entry
  readonly rule: string
  readonly now: EpochMs
}

interface Deactivated extends StepResult {
  readonly phase: RotationPhase
  readonly fact: FactOf<'deactivated'>
  readonly notice: 'deactivated'
}

/** Dated now, also where a delivery that died made the call: that only lengthens the grace. */
export function deactivated(
  { policies }: Pick<Organization, 'policies'>,
  { rotation, entry, rule, now }: Made,
): Deactivated {
  const { rotationId } = rotation
  const enforce = policyNamed(policies, entry.policy)?.enforce ?? { kind: 'none' }
  const isToBeDeleted = enforce.kind !== 'none' && recoveryGraceDays(enforce) !== undefined
  return {
    reason: 'deactivated the key',
    phase: isToBeDeleted
      ? { kind: 'deactivated', ...replacementOf(rotation), deactivatedAt: now }
      : { kind: 'closed', outcome: 'deactivated' },
    fact: { kind: 'deactivated', rotationId, rule, ...(isToBeDeleted ? { deletes: true } : {}) },
    notice: 'deactivated',
    isMade: true,
  }
}

/** The new key that a phase carries on to the next. */
export function replacementOf({ phase }: Rotation): { newKeyId?: AccessKeyId } {
  return 'newKeyId' in phase && phase.newKeyId !== undefined ? { newKeyId: phase.newKeyId } : {}
}
