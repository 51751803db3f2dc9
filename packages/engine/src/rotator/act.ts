import {
  observed,
  plusDays,
  settledRule,
  sightingIn,
  type AccessKeyId,
  type ArmedEnforcement,
  type Fact,
  type Goal,
  type HoldCode,
  type RotationPhase,
  type Seen,
  type Step,
  type StepOf,
  type UserRef,
} from '@keynag/core'
import { abandon, retireUnissued } from './abandon.ts'
import { createAndStore } from './create-and-store.ts'
import { deactivate, deactivated } from './deactivate.ts'
import { deleted, deleteKey } from './delete-key.ts'
import { held, postponed, type RotationRun, type StepResult } from './rotation-run.ts'
import { testAndIssue } from './test-and-issue.ts'
import { deactivateOrphan, deleteOrphan } from './undo-orphan.ts'

/** Does one step. Every intent is in the ledger before its effect is begun. */
export async function act(
  run: RotationRun,
  user: UserRef,
  step: Step,
  seen: Seen,
  goal: Goal,
): Promise<StepResult> {
  switch (step.kind) {
    case 'wait':
      return postponed(step.until, step.why, goal.wanted === 'settle')
    case 'hold': {
      if (endsRotation(run, step.code)) return giveWay(run, step)
      const phase = phaseWhenHeld(run, step.code, seen)
      return { ...held(step.code, step.why, step.status), phase }
    }
    case 'resolve': {
      const { how, status } = step
      await retireUnissued(run)
      return {
        reason: `resolved: ${how}`,
        fact: { kind: 'resolved', how, ...(status === undefined ? {} : { status }) },
        phase: { kind: 'closed', outcome: how },
      }
    }
    case 'see-active':
      return {
        reason: 'the key was switched off and on again: its owner is told anew',
        fact: observed(run.entry, { ...sightingIn(run.entry), status: 'Active' }),
      }
    case 'prepare':
      return prepare(run, user)
    case 'prepare-anew':
      return prepareAnew(run, step.why)
    case 'create':
      return createAndStore(run, user, step, seen, enforcementOf(goal))
    case 'retry-create': {
      const { secretArn, attempt } = step
      return {
        reason: 'will try again to create a replacement',
        phase: { kind: 'prepared', secretArn, attempt },
        goesOn: true,
      }
    }
    case 'adopt-stored': {
      const { secretArn, newKeyId, attempt } = step
      return {
        reason: 'found the replacement stored',
        phase: { kind: 'stored', secretArn, newKeyId, attempt, storedAt: run.now },
        isMade: true,
        goesOn: true,
      }
    }
    case 'deactivate-orphan':
      return deactivateOrphan(run, user, step)
    case 'delete-orphan':
      return deleteOrphan(run, user, step)
    case 'test-and-issue':
      return testAndIssue(run, user, step.phase, goal)
    case 'adopt-owners': {
      const { rotationId } = run.rotation
      const { newKeyId } = step
      // The container was prepared for a key that is not made now.
      await retireUnissued(run)
      return {
        reason: 'the owner has made a replacement',
        phase: { kind: 'replaced', newKeyId },
        fact: {
          kind: 'replaced-by-owner',
          rotationId,
          replacementKeyId: newKeyId,
          ...firstIssue(run, newKeyId),
        },
        notice: 'replacement-found',
      }
    }
    case 'deactivate':
      return deactivate(run, user, enforcementOf(goal))
    case 'record-deactivated':
      return deactivated(run.ports.organization, madeBefore(run))
    case 'delete':
      return deleteKey(run, user, step.deactivatedAt, enforcementOf(goal))
    case 'record-deleted':
      return deleted(madeBefore(run))
    case 'withdraw-intent': {
      const why = 'keynag was about to change the key, and did not: it makes every check again'
      const fact = { kind: 'postponed', until: run.now, why } as const
      return { reason: why, phase: step.phase, fact, goesOn: true }
    }
    case 'abandon':
      return abandon(run)
    default:
      return step satisfies never
  }
}

/** The owner may have installed the key when keynag issued it first. */
function firstIssue({ entry: { handover } }: RotationRun, newKeyId: AccessKeyId) {
  if (handover?.secretArn === undefined || handover.replacementKeyId !== newKeyId) return {}
  return { firstIssuedAt: handover.firstIssuedAt ?? handover.issuedAt }
}

const madeBefore = ({ rotation, entry, now }: RotationRun) => ({
  rotation,
  entry,
  now,
  rule: settledRule,
})

/**
 * Nothing is made, and an operator has to decide. The rotation ends here, so that the deletion of
 * another key need not wait for the operator. After the release another rotation begins.
 */
async function giveWay(
  run: RotationRun,
  { code, why }: Pick<StepOf<'hold'>, 'code' | 'why'>,
): Promise<StepResult> {
  await retireUnissued(run)
  return { ...held(code, why), phase: { kind: 'closed', outcome: code } }
}

const endsRotation = ({ rotation: { phase } }: RotationRun, code: HoldCode): boolean =>
  code === 'two-keys' ||
  (code === 'handover-gone' && (phase.kind === 'opened' || phase.kind === 'prepared'))

/**
 * Somebody deleted the empty hand-over secret. Its name stays taken while the deletion is scheduled,
 * so another rotation begins, with another secret. It begins the next day, so that a program that
 * deletes every secret does not make keynag go round and round.
 */
async function prepareAnew(run: RotationRun, why: string): Promise<StepResult> {
  await retireUnissued(run)
  return {
    ...postponed(
      plusDays(run.now, 1),
      `the hand-over secret is gone (${why}); keynag makes another`,
    ),
    phase: { kind: 'closed', outcome: 'handover-gone' },
  }
}

async function prepare(run: RotationRun, user: UserRef): Promise<StepResult> {
  const fact = await retireEarlier(run)
  const container = await run.ports.handovers.prepare(user, run.rotation.rotationId)
  if (container === 'name-taken') return prepareAnew(run, 'it is scheduled for deletion')
  return {
    reason: 'prepared the hand-over',
    phase: { kind: 'prepared', secretArn: container.secretArn, attempt: 1 },
    ...(fact === undefined ? {} : { fact }),
    goesOn: true,
  }
}

/** One hand-over at a time: retires the secret of an earlier replacement of this key, now gone. */
async function retireEarlier({ ports, entry }: RotationRun): Promise<Fact | undefined> {
  const { handover } = entry
  if (handover?.secretArn === undefined || handover.retiredAt !== undefined) return undefined
  await ports.handovers.retire(entry.accountId, handover.secretArn)
  return { kind: 'secret-retired', why: 'its key is gone' }
}

function phaseWhenHeld(
  { entry, rotation: { phase } }: RotationRun,
  code: HoldCode,
  { keys }: Seen,
): RotationPhase {
  // Nothing more is done to a reactivated key: another key of the user need not wait for it.
  if (code === 'reactivated' && entry.state === 'deactivated') {
    return { kind: 'closed', outcome: code }
  }
  if (phase.kind === 'stored' && !keys.some((key) => key.accessKeyId === phase.newKeyId)) {
    const { secretArn, attempt } = phase
    return { kind: 'prepared', secretArn, attempt: attempt + 1 }
  }
  // All attempts have failed: once this hold is released, keynag may try again.
  const isSpent = phase.kind === 'prepared' && code === 'orphan-unproven'
  return isSpent ? { ...phase, attempt: phase.attempt + 1 } : phase
}

function enforcementOf(goal: Goal): ArmedEnforcement {
  if (!('enforce' in goal)) throw new Error(`to ${goal.wanted} enforces nothing`)
  return goal.enforce
}
