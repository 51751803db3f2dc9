import { type EpochMs, minuteMs } from '../time.ts'
import { trailAwaited, type Step } from './rotation-plan.ts'
import type { Rotation } from './rotation.ts'

/**
 * What is done when a delivery died, by stable names: the last column of the saga's table in
 * docs/rotation.md. Logged when it is done; the simulation counts that each is.
 */
export const recoveryRules = {
  'preflight-again': 'nothing had been done: start again',
  'lists-settle': 'a key may have been created: wait until the lists can be believed',
  'create-again': 'no new key appeared: try again to create one',
  'stored-adopted': 'the new key was stored, and the ledger is behind: go on with it',
  'trail-awaited': 'CloudTrail does not say yet who made a key, or whether it was off: wait',
  'orphan-off': 'a new key is proven ours and its secret lost: switch it off',
  'orphan-off-again': 'it is not known to be off: switch it off again',
  'orphan-rests': 'it is off: wait an hour',
  'orphan-deleted': 'it has rested: delete it',
  'orphan-gone': 'it is gone: try again to create a key',
  'orphan-unproven': 'a proof is missing: hold',
  'orphan-reactivated': 'a lost key is Active again: hold',
  'store-failed': 'its secret could not be stored: switch the new key off at once',
  'issue-again': 'the new key was not issued: test and promote it again',
  'notice-again': 'nobody knows whether the message went out: send it once more',
  'deactivated-unrecorded': 'the key is off, or was, and our intent on record: record it now',
  'deactivate-again': 'the key is not off: ask every gate again',
  reactivated: 'the key is Active again after our deactivation: hold',
  'deleted-unrecorded': 'the key is gone and our intent on record: record it now',
  'delete-again': 'the key is not gone: ask every gate again',
  'deleted-outside': 'the key is gone without our intent: the owner deleted it',
  'retire-again': 'nobody knows whether the hand-over secret was retired: retire it again',
} as const

export type RecoveryRule = keyof typeof recoveryRules

/** A phase that lasts longer than a delivery needs was left by one that died. */
const aliveMs = 5 * minuteMs

/** The rule by which a step makes up for a delivery that died; `undefined` for the usual course. */
export function recoveryOf(
  { phase, openedAt }: Rotation,
  step: Step,
  now: EpochMs,
): RecoveryRule | undefined {
  switch (phase.kind) {
    case 'opened':
      return step.kind === 'prepare' && now > openedAt + aliveMs ? 'preflight-again' : undefined
    case 'creating':
      return afterCreating(step)
    case 'undoing':
      return whileUndoing(step)
    case 'stored':
      return step.kind === 'test-and-issue' && now > phase.storedAt + aliveMs
        ? 'issue-again'
        : undefined
    case 'deactivating':
      if (step.kind === 'record-deactivated') return 'deactivated-unrecorded'
      if (step.kind === 'wait' && step.why === trailAwaited) return 'trail-awaited'
      return step.kind === 'deactivate' ? 'deactivate-again' : undefined
    case 'deactivated':
      return afterDeactivation(step)
    case 'deleting':
      if (step.kind === 'record-deleted') return 'deleted-unrecorded'
      return step.kind === 'delete' ? 'delete-again' : afterDeactivation(step)
    default:
      return undefined
  }
}

function afterCreating(step: Step): RecoveryRule | undefined {
  switch (step.kind) {
    case 'wait':
      return step.why === trailAwaited ? 'trail-awaited' : 'lists-settle'
    case 'retry-create':
      return 'create-again'
    case 'adopt-stored':
      return 'stored-adopted'
    case 'deactivate-orphan':
      return 'orphan-off'
    case 'hold':
      return 'orphan-unproven'
    default:
      return undefined
  }
}

function whileUndoing(step: Step): RecoveryRule | undefined {
  switch (step.kind) {
    case 'wait':
      return 'orphan-rests'
    case 'deactivate-orphan':
      return 'orphan-off-again'
    case 'delete-orphan':
      return 'orphan-deleted'
    case 'retry-create':
      return 'orphan-gone'
    case 'hold':
      return step.code === 'reactivated' ? 'orphan-reactivated' : 'orphan-unproven'
    default:
      return undefined
  }
}

function afterDeactivation(step: Step): RecoveryRule | undefined {
  if (step.kind === 'hold' && step.code === 'reactivated') return 'reactivated'
  return step.kind === 'resolve' ? 'deleted-outside' : undefined
}
