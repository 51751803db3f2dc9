import {
  done,
  type ArmedEnforcement,
  type Fact,
  type HoldCode,
  type Outcome,
  type RotationPhase,
  type Seen,
} from '@keynag/core'
import { abandon, retireUnissued } from './abandon.ts'
import { createAndStore } from './create-and-store.ts'
import { deactivate, recordDeactivated } from './deactivate.ts'
import { deleteKey, recordDeleted } from './delete-key.ts'
import { ifOpen } from './gate.ts'
import type { Act } from './look.ts'
import { goOn, told } from './outcomes.ts'
import { testAndIssue } from './test-and-issue.ts'
import { deactivateOrphan, deleteOrphan } from './undo-orphan.ts'
import type { Reason, Work } from './work.ts'

/** A rotation that is given up needs no enforcement any more. */
interface Ground {
  readonly enforce: ArmedEnforcement | undefined
  readonly rule: string
}

/** Does one step and writes it down. Every intent is on record before its effect is begun. */
export async function perform(work: Work, step: Act, seen: Seen, ground: Ground): Promise<Outcome> {
  const { rotationId } = work.rotation
  switch (step.kind) {
    case 'wait':
      await work.record({ fact: { kind: 'postponed', until: step.until, why: step.why } })
      return done(`waiting: ${step.why}`)
    case 'hold': {
      const fact: Fact = { kind: 'held', code: step.code, why: step.why }
      const phase = phaseWhenHeld(work, step.code, seen)
      return told(work, await work.record({ fact, notice: 'held', phase }), `held: ${step.why}`)
    }
    case 'resolve':
      await retireUnissued(work)
      await work.record({
        fact: { kind: 'resolved', how: step.how },
        phase: { kind: 'closed', outcome: step.how },
      })
      return done(`resolved: ${step.how}`)
    case 'prepare': {
      const fact = await retireEarlier(work)
      const { secretArn } = await work.ports.handovers.prepare(work.user, rotationId)
      const phase = { kind: 'prepared', secretArn, attempt: 1 } as const
      await work.record({ phase, ...(fact === undefined ? {} : { fact }) })
      return goOn(work, 'prepared the hand-over')
    }
    case 'create':
      return ifOpen(work, armed(ground).enforce, () =>
        createAndStore(work, step, seen, armed(ground).enforce),
      )
    case 'retry-create': {
      const { secretArn, attempt } = step
      await work.record({ phase: { kind: 'prepared', secretArn, attempt } })
      return goOn(work, 'will try again to create a replacement')
    }
    case 'adopt-stored': {
      const { secretArn, newKeyId, attempt } = step
      const storedAt = work.now
      await work.record({ phase: { kind: 'stored', secretArn, newKeyId, attempt, storedAt } })
      return goOn(work, 'found the replacement stored')
    }
    case 'deactivate-orphan':
      return deactivateOrphan(work, step)
    case 'delete-orphan':
      return deleteOrphan(work, step)
    case 'test-and-issue':
      return testAndIssue(work, step.phase, ground.enforce)
    case 'adopt-owners': {
      const { newKeyId } = step
      const fact: Fact = { kind: 'replaced-by-owner', rotationId, replacementKeyId: newKeyId }
      const phase = { kind: 'replaced', newKeyId } as const
      // Made ready for a key that is not made now.
      await retireUnissued(work)
      const notice = await work.record({ phase, fact, notice: 'replacement-found' })
      return told(work, notice, 'the owner has made a replacement')
    }
    case 'deactivate':
      return deactivate(work, armed(ground))
    case 'record-deactivated':
      return recordDeactivated(work, armed(ground))
    case 'delete':
      return deleteKey(work, step.deactivatedAt, armed(ground))
    case 'record-deleted':
      return recordDeleted(work, ground.rule)
    case 'abandon':
      return abandon(work, ground.rule)
    default:
      return step satisfies never
  }
}

function phaseWhenHeld(
  { entry, rotation: { phase } }: Work,
  code: HoldCode,
  { keys }: Seen,
): RotationPhase {
  // Nothing more is done to a key that came back: another key of the user need not wait for it.
  if (code === 'reactivated' && entry.state === 'deactivated') {
    return { kind: 'closed', outcome: code }
  }
  if (phase.kind === 'stored' && !keys.some((key) => key.accessKeyId === phase.newKeyId)) {
    const { secretArn, attempt } = phase
    return { kind: 'prepared', secretArn, attempt: attempt + 1 }
  }
  // All attempts have failed: once this is released, it may be tried again.
  const isSpent = phase.kind === 'prepared' && code === 'orphan-unproven'
  return isSpent ? { ...phase, attempt: phase.attempt + 1 } : phase
}

function armed({ enforce, rule }: Ground): Reason {
  if (enforce === undefined) throw new Error(`nothing is enforced: ${rule}`)
  return { enforce, rule }
}

/** The secret of an earlier replacement of the same key, which is gone: one hand-over at a time. */
async function retireEarlier({ ports, entry, user }: Work): Promise<Fact | undefined> {
  const { handover } = entry
  if (handover?.secretArn === undefined || handover.retiredAt !== undefined) return undefined
  await ports.handovers.retire(user.accountId, handover.secretArn)
  return { kind: 'secret-retired', why: 'its key is gone' }
}
