import type { AccessKeyId } from '../ids.ts'
import { noPolicy } from '../policy/policies.ts'
import type { ArmedEnforcement } from '../policy/policy.ts'
import { dayMs, isoTime, minuteMs, plusDays, plusMs, type EpochMs } from '../time.ts'
import type { ListedKey } from './access-key.ts'
import type { Entry } from './entry.ts'
import type { HoldCode } from './fact.ts'
import { isStoredIn, unlessContainerGone, unlessHad, unlessInReach } from './handover-gate.ts'
import { afterLostCreate, testOf, undoUnwanted, unusedOrphan, whileUndoing } from './lost-create.ts'
import { isIntent, settling } from './open-intent.ts'
import {
  hold,
  isTrailComplete,
  look,
  propagationMs,
  recovering,
  trailDays,
  waitForTrail,
  type Goal,
  type LookFirst,
  type RotationState,
  type Seen,
  type Step,
} from './rotation-step.ts'
import { changeSessionOf, type RotationPhaseOf } from './rotation.ts'

/** A phase that lasts longer than a delivery needs was left by one that died. */
const aliveMs = 5 * minuteMs
/** In a row; then an operator looks, and every release allows as many again. */
const maxAttempts = 4

/** The IAM limit on access keys for one user (IAM User Guide, IAM quotas). */
export const maxKeysPerUser = 2

type Enforcing = RotationState & Exclude<Goal, { wanted: 'abandon' | 'settle' }>

/**
 * Pure. Chooses the next safe step from what was written down and what is seen now. Where it answers
 * `look`, look that up, add it to `seen` and ask again.
 */
export function nextStep(state: RotationState & Goal): Step | LookFirst {
  if (state.wanted === 'abandon') return abandoning(state)
  const { rotation, entry, seen, now } = state
  const { phase } = rotation
  if (isIntent(phase)) return settling(state, phase)
  if (state.wanted === 'settle') throw new Error(`${rotation.rotationId}: no intent is open`)
  const old = seen.keys.find((key) => key.accessKeyId === entry.accessKeyId)
  switch (phase.kind) {
    case 'opened': {
      const isLate = now > rotation.openedAt + aliveMs
      return recovering(atOpening(state, old), isLate ? { prepare: 'preflight-again' } : {})
    }
    case 'prepared':
      if (phase.attempt > maxAttempts && phase.attempt % (maxAttempts + 1) === 0) {
        return hold('orphan-unproven', `${maxAttempts} attempts to make a new key failed`)
      }
      return beforeCreating(state, old, unlessContainerGone(state, phase))
    case 'creating':
      return afterLostCreate(state, phase)
    case 'undoing':
      return whileUndoing(state, phase)
    case 'stored':
      return testing(state, phase)
    case 'replaced':
      return beforeDeactivating(state, old, phase.newKeyId)
    case 'deactivated':
      return afterDeactivation(beforeDeleting(state, old, phase.deactivatedAt))
    case 'closed':
      throw new Error(`${rotation.rotationId}: a closed rotation has no next step`)
    default:
      return phase satisfies never
  }
}

function atOpening(state: Enforcing, old: ListedKey | undefined): Step | LookFirst {
  const { wanted, entry } = state
  switch (wanted) {
    case 'rotate':
      return beforeCreating(state, old, { kind: 'prepare' })
    case 'deactivate':
      return beforeDeactivating(state, old, replacementIn(entry))
    case 'delete':
      if (entry.state !== 'deactivated') {
        throw new Error(`${entry.accessKeyId}: deletion before deactivation`)
      }
      return beforeDeleting(state, old, entry.deactivatedAt)
    default:
      return wanted satisfies never
  }
}

function testing(state: RotationState, phase: RotationPhaseOf<'stored'>): Step | LookFirst {
  const { seen, now } = state
  const { newKeyId, secretArn, attempt } = phase
  const isThere = seen.keys.some((key) => key.accessKeyId === newKeyId && key.status === 'Active')
  if (!isThere) {
    return unlessSettling(
      phase.storedAt,
      now,
      'replacement-gone',
      'the new key is gone or inactive',
    )
  }
  if (seen.stored === undefined) return look({ kind: 'stored-secret', secretArn, attempt })
  if (!isStoredIn(state, newKeyId)) {
    const undone = unusedOrphan(state, {
      kind: 'deactivate-orphan',
      orphanKeyId: newKeyId,
      secretArn,
      attempt,
      ...testOf(phase),
    })
    return recovering(undone, { 'deactivate-orphan': 'orphan-off' })
  }
  const isLate = now > phase.storedAt + aliveMs
  return { kind: 'test-and-issue', phase, ...(isLate ? { recovery: 'issue-again' } : {}) }
}

const replacementIn = (entry: Entry): AccessKeyId | undefined =>
  entry.state === 'issued' ? entry.handover.replacementKeyId : undefined

/**
 * Finishes what was begun and begins nothing new: a key that was made is issued while the old one is
 * a concern, and undone when it is not; a key whose secret is lost is undone.
 */
function abandoning(state: RotationState): Step | LookFirst {
  const { phase } = state.rotation
  const isEnded = state.entry.state === 'resolved' || state.entry.policy === noPolicy
  switch (phase.kind) {
    case 'creating': {
      const step = afterLostCreate(state, phase)
      if (!isEnded || step.kind !== 'adopt-stored') return step
      const undone = undoUnwanted(state, phase, step.newKeyId)
      return recovering(undone, { 'deactivate-orphan': 'orphan-off' })
    }
    case 'undoing':
      return whileUndoing(state, phase)
    case 'stored':
      return isEnded ? undoUnwanted(state, phase, phase.newKeyId) : testing(state, phase)
    default:
      return { kind: 'abandon' }
  }
}

/** Before keynag has deactivated the key, whatever else was done to it was done by its owner. */
function changedByOwner(old: ListedKey | undefined): Step {
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  const { status } = old
  return status === 'Active'
    ? { kind: 'see-active' }
    : { kind: 'resolve', how: 'deactivated-by-owner', status }
}

/** Never more than two keys, and never one deleted to make room: the second key decides. */
function beforeCreating(
  state: Enforcing,
  old: ListedKey | undefined,
  go: Step | LookFirst,
): Step | LookFirst {
  const { seen, entry } = state
  if (old?.status !== 'Active' || entry.status !== 'Active') return changedByOwner(old)
  const [other] = seen.keys.filter((key) => key.accessKeyId !== entry.accessKeyId)
  if (other === undefined) return go
  if (other.status === 'Active' && other.accessKeyId === entry.handover?.replacementKeyId) {
    // Handed over before the old key was switched on again: the same grace begins anew.
    return unlessInReach(state) ?? { kind: 'adopt-owners', newKeyId: other.accessKeyId }
  }
  if (other.status === 'Active' && other.createdAt > old.createdAt) {
    const used = seen.lastUsed.get(other.accessKeyId)
    if (used === undefined) return look({ kind: 'last-used', accessKeyId: other.accessKeyId })
    if (used.kind === 'at') return { kind: 'adopt-owners', newKeyId: other.accessKeyId }
    return hold(
      'two-keys',
      `the user has a newer key ${other.accessKeyId} that ${used.kind === 'never' ? 'was never used' : 'may be in use'}: ` +
        'ask the owner which of the two to keep, delete the other, then release this hold',
    )
  }
  return hold(
    'two-keys',
    `the user has a second key ${other.accessKeyId} (${other.status}, created ${isoTime(other.createdAt)}): ` +
      'ask the owner which of the two to keep, delete the other, then release this hold',
  )
}

function beforeDeactivating(
  state: Enforcing,
  old: ListedKey | undefined,
  newKeyId: AccessKeyId | undefined,
): Step | LookFirst {
  const { seen, entry, enforce, now } = state
  if (old?.status !== 'Active' || entry.status !== 'Active') return changedByOwner(old)
  if (newKeyId !== undefined) {
    const replacement = seen.keys.find((key) => key.accessKeyId === newKeyId)
    if (replacement?.status !== 'Active') return replacementGone(newKeyId)
  }
  return (
    useGate(seen, entry.accessKeyId, enforce, now) ??
    unlessHad(state, enforce) ??
    unlessInReach(state) ?? { kind: 'deactivate' }
  )
}

/** Stops at a key that is still used, and at one of which nobody can tell. */
export function useGate(
  seen: Seen,
  accessKeyId: AccessKeyId,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Step | LookFirst | undefined {
  if (enforce.whenInUse === 'proceed') return undefined
  const used = seen.lastUsed.get(accessKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId })
  switch (used.kind) {
    case 'never':
      return undefined
    case 'unknown':
      return useUnknown(used.why)
    case 'at': {
      const quietAt = plusDays(used.at, enforce.inUseDays)
      const recent = used.at > now - enforce.inUseDays * dayMs
      if (!recent) return undefined
      const why = `still in use on ${isoTime(used.at)} (${used.service ?? 'service unknown'})`
      return enforce.whenInUse === 'wait'
        ? { kind: 'wait', until: quietAt, why }
        : hold('still-in-use', why)
    }
    default:
      return used satisfies never
  }
}

function beforeDeleting(
  state: Enforcing,
  old: ListedKey | undefined,
  deactivatedAt: EpochMs,
): Step | LookFirst {
  const { entry, enforce, seen, now } = state
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  if (old.status !== 'Inactive') {
    const why = 'the key is Active again after keynag deactivated it'
    const settled = plusMs(deactivatedAt, propagationMs)
    return now < settled
      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }
      : hold('reactivated', why)
  }
  if (enforce.kind === 'deactivate') {
    throw new Error(`${entry.accessKeyId}: its policy deletes nothing`)
  }
  const until = plusDays(deactivatedAt, enforce.recoveryGraceDays)
  return now < until
    ? { kind: 'wait', until, why: 'the recovery grace is not over' }
    : (unlessUsedSince(deactivatedAt, seen, entry.accessKeyId) ??
        unlessReplacementGone(state) ??
        unlessInReach(state) ??
        unlessChangedSince(state, deactivatedAt) ?? { kind: 'delete', deactivatedAt })
}

/**
 * Where the policy replaces keys, the old key is deleted only while its user has another one that works:
 * the replacement, or a key that the user has made instead and uses. Otherwise the old key may be the
 * last one that can be brought back.
 */
function unlessReplacementGone({ enforce, entry, seen }: Enforcing): Step | LookFirst | undefined {
  const { handover } = entry
  if (enforce.kind !== 'rotate' || handover === undefined || handover.isGivenUp === true)
    return undefined
  const { replacementKeyId } = handover
  const others = seen.keys.filter(
    ({ accessKeyId, status }) => accessKeyId !== entry.accessKeyId && status === 'Active',
  )
  if (others.some(({ accessKeyId }) => accessKeyId === replacementKeyId)) return undefined
  const [other] = others
  const used = other && seen.lastUsed.get(other.accessKeyId)
  if (other !== undefined && used === undefined) {
    return look({ kind: 'last-used', accessKeyId: other.accessKeyId })
  }
  return used?.kind === 'at' ? undefined : replacementGone(replacementKeyId)
}

const replacementGone = (newKeyId: AccessKeyId): Step =>
  hold('replacement-gone', `the replacement ${newKeyId} is gone or inactive`)

/**
 * An Inactive key may have been switched on and off again, without a use: then it is off because its
 * owner wants that, and the owner decides about it. So the last change of the key has to be keynag's.
 * Where CloudTrail does not show that, keynag waits. After 90 days without a trace nobody has changed
 * the key for 90 days, because CloudTrail would show that.
 */
function unlessChangedSince(
  { entry, rotation, seen, now }: RotationState,
  deactivatedAt: EpochMs,
): Step | LookFirst | undefined {
  const { accessKeyId } = entry
  const last = seen.lastCalls?.UpdateAccessKey
  if (last === undefined) return look({ kind: 'last-call', call: 'UpdateAccessKey', accessKeyId })
  if (last.kind === 'not-found') {
    const forgottenAt = plusDays(deactivatedAt, trailDays)
    if (now >= forgottenAt) return undefined
    if (!isTrailComplete(deactivatedAt, now)) return waitForTrail(now)
    const why = 'CloudTrail does not show that keynag deactivated the key'
    return { kind: 'wait', until: earlier(plusDays(now, 1), forgottenAt), why }
  }
  // Another rotation may have been opened since, to delete the key.
  const { rotationId } = entry.state === 'deactivated' ? entry : rotation
  if (last.kind === 'session' && last.sessionName === changeSessionOf(rotationId)) return undefined
  const who = last.kind === 'session' ? last.sessionName : last.who
  return switchedOff(`${who} changed the key after keynag had deactivated it`)
}

const earlier = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)

/** From here on, an Active or a missing key shows that somebody else has changed it. */
const afterDeactivation = (step: Step | LookFirst): Step | LookFirst =>
  step.kind === 'hold' && step.code === 'reactivated'
    ? { ...step, recovery: 'reactivated' }
    : recovering(step, { resolve: 'deleted-outside' })

/** An Inactive key cannot be used: somebody reactivated it, and deactivated it before this look. */
function unlessUsedSince(
  deactivatedAt: EpochMs,
  seen: Seen,
  accessKeyId: AccessKeyId,
): Step | LookFirst | undefined {
  const used = seen.lastUsed.get(accessKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId })
  if (used.kind === 'unknown') return useUnknown(used.why)
  return used.kind === 'at' && used.at > deactivatedAt + propagationMs
    ? switchedOff(`used on ${isoTime(used.at)}, after keynag had deactivated it`)
    : undefined
}

/** The key was on since keynag's deactivation, and its owner has switched it off again. */
const switchedOff = (why: string): Step => ({ ...hold('reactivated', why), status: 'Inactive' })

const useUnknown = (why: string): Step =>
  hold('use-unknown', `its last use could not be read: ${why}`)

/** A list that contradicts what was just done is not believed before IAM has settled. */
const unlessSettling = (since: EpochMs, now: EpochMs, code: HoldCode, why: string): Step => {
  const settled = plusMs(since, propagationMs)
  return now < settled
    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }
    : hold(code, why)
}
