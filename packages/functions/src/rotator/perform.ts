import { done, type ArmedEnforcement, type Fact, type Outcome, type Seen } from '@keynag/core'
import { createAndStore } from './create-and-store.ts'
import { deactivate, recordDeactivated } from './deactivate.ts'
import { deleteKey, recordDeleted } from './delete-key.ts'
import type { Act } from './look.ts'
import { goOn, told } from './outcomes.ts'
import { testAndIssue } from './test-and-issue.ts'
import { deactivateOrphan, deleteOrphan } from './undo-orphan.ts'
import type { Work } from './work.ts'

/** Why the step is taken: the policy's enforcement and the rule that decided. */
export interface Reason {
  readonly enforce: ArmedEnforcement
  readonly rule: string
}

/** Does one step and writes it down. Every intent is on record before its effect is begun. */
export async function perform(work: Work, step: Act, seen: Seen, reason: Reason): Promise<Outcome> {
  const { rotationId } = work.rotation
  switch (step.kind) {
    case 'wait':
      await work.record({ fact: { kind: 'postponed', until: step.until, why: step.why } })
      return done(`waiting: ${step.why}`)
    case 'hold': {
      const fact: Fact = { kind: 'held', code: step.code, why: step.why }
      return told(work, await work.record({ fact, notice: 'held' }), `held: ${step.why}`)
    }
    case 'resolve':
      await work.record({
        fact: { kind: 'resolved', how: step.how },
        phase: { kind: 'closed', outcome: step.how },
      })
      return done(`resolved: ${step.how}`)
    case 'prepare': {
      const { secretArn } = await work.ports.handovers.prepare(work.user, rotationId)
      await work.record({ phase: { kind: 'prepared', secretArn, attempt: 1 } })
      return goOn(work, 'prepared the hand-over')
    }
    case 'create':
      return createAndStore(work, step, seen)
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
      return testAndIssue(work, step.phase, reason.enforce)
    case 'adopt-owners': {
      const { newKeyId } = step
      const fact: Fact = { kind: 'replaced-by-owner', rotationId, replacementKeyId: newKeyId }
      const phase = { kind: 'replaced', newKeyId } as const
      const notice = await work.record({ phase, fact, notice: 'replacement-found' })
      return told(work, notice, 'the owner has made a replacement')
    }
    case 'deactivate':
      return deactivate(work, reason)
    case 'record-deactivated':
      return recordDeactivated(work, reason)
    case 'delete':
      return deleteKey(work, step.deactivatedAt, reason.rule)
    case 'record-deleted':
      return recordDeleted(work, reason.rule)
    default:
      return step satisfies never
  }
}
