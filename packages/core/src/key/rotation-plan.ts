import type { AccessKeyId } from '../ids.ts'
import type { ArmedEnforcement } from '../policy/policy.ts'
import { dayMs, hourMs, isoTime, minuteMs, plusDays, plusMs, type EpochMs } from '../time.ts'
import type { LastUsed, ListedKey } from './access-key.ts'
import type { EnforcementStep } from './decide.ts'
import type { Entry } from './entry.ts'
import type { HoldCode, Resolution } from './fact.ts'
import { leaseMs, type Rotation, type RotationPhaseOf } from './rotation.ts'

/** The next safe thing to do for a rotation, from what was written down and what is seen now. */
export type Step =
  | { readonly kind: 'look'; readonly at: Look }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: string }
  | { readonly kind: 'hold'; readonly code: HoldCode; readonly why: string }
  | { readonly kind: 'resolve'; readonly how: Resolution }
  | { readonly kind: 'prepare' }
  | { readonly kind: 'create'; readonly secretArn: string; readonly attempt: number }
  | { readonly kind: 'retry-create'; readonly secretArn: string; readonly attempt: number }
  | {
      readonly kind: 'adopt-stored'
      readonly secretArn: string
      readonly newKeyId: AccessKeyId
      readonly attempt: number
    }
  | {
      readonly kind: 'deactivate-orphan'
      readonly orphanKeyId: AccessKeyId
      readonly secretArn: string
      readonly attempt: number
    }
  | {
      readonly kind: 'delete-orphan'
      readonly orphanKeyId: AccessKeyId
      readonly secretArn: string
      readonly attempt: number
    }
  | { readonly kind: 'test-and-issue'; readonly phase: RotationPhaseOf<'stored'> }
  | { readonly kind: 'adopt-owners'; readonly newKeyId: AccessKeyId }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'record-deactivated' }
  | { readonly kind: 'delete'; readonly deactivatedAt: EpochMs }
  | { readonly kind: 'record-deleted' }
  | { readonly kind: 'abandon' }

/** Something that has to be looked up before the next step can be chosen. */
export type Look =
  | { readonly kind: 'last-used'; readonly accessKeyId: AccessKeyId }
  | { readonly kind: 'stored-secret'; readonly secretArn: string; readonly attempt: number }
  | { readonly kind: 'maker'; readonly accessKeyId: AccessKeyId }

/** Who made a key, from CloudTrail. Its records arrive late: not found is not "somebody else". */
export type Maker =
  | { readonly kind: 'session'; readonly sessionName: string }
  | { readonly kind: 'other'; readonly who: string }
  | { readonly kind: 'not-found' }

/** What was seen, all of it after the lease was taken. */
export interface Seen {
  /** ListAccessKeys of the user. */
  readonly keys: readonly ListedKey[]
  readonly lastUsed: ReadonlyMap<AccessKeyId, LastUsed>
  readonly stored?:
    | { readonly kind: 'absent' }
    | { readonly kind: 'key'; readonly newKeyId: AccessKeyId }
  readonly makers: ReadonlyMap<AccessKeyId, Maker>
}

/** IAM lists are eventually consistent: a key may take this long to show (aws-facts: 8–15 s seen). */
export const propagationMs = 2 * minuteMs
/** A change of status shows within seconds; until then Active is no sign of a reactivation. */
const statusSettlesMs = 15_000
/** CloudTrail delivers most events within 15 minutes; past this, missing proof is no proof. */
export const trailLagMs = 2 * hourMs
/** A proven orphan rests Inactive this long before it is deleted. */
export const orphanGraceMs = hourMs
/** In a row; then an operator looks, and every release allows as many again. */
const maxAttempts = 4

/** The IAM limit on access keys for one user (IAM User Guide, IAM quotas). */
export const maxKeysPerUser = 2

/** What a rotation is worked on for: to go on with what the policy enforces, or to give it up. */
export type Aim =
  | {
      readonly wanted: Exclude<EnforcementStep, 'retire-secret' | 'abandon' | 'tell'>
      readonly enforce: ArmedEnforcement
    }
  | { readonly wanted: 'abandon' }

interface Scene {
  readonly rotation: Rotation
  readonly entry: Entry
  readonly seen: Seen
  readonly now: EpochMs
}
type Situation = Scene & Exclude<Aim, { wanted: 'abandon' }>

const hold = (code: HoldCode, why: string): Step => ({ kind: 'hold', code, why })
const look = (at: Look): Step => ({ kind: 'look', at })

/** Pure. A `look` asks for one more observation; hand it in and ask again. */
export function nextStep(situation: Scene & Aim): Step {
  if (situation.wanted === 'abandon') return abandoning(situation)
  const { rotation, entry, seen } = situation
  const old = seen.keys.find((key) => key.accessKeyId === entry.accessKeyId)
  const { phase } = rotation
  switch (phase.kind) {
    case 'opened':
      return atOpening(situation, old)
    case 'prepared':
      if (phase.attempt > maxAttempts && phase.attempt % (maxAttempts + 1) === 0) {
        return hold('orphan-unproven', `${maxAttempts} attempts to make a new key failed`)
      }
      return beforeCreating(situation, old, {
        kind: 'create',
        secretArn: phase.secretArn,
        attempt: phase.attempt,
      })
    case 'creating':
      return afterLostCreate(situation, phase)
    case 'undoing':
      return whileUndoing(situation, phase)
    case 'stored':
      return testing(situation, phase)
    case 'replaced':
      return beforeDeactivating(situation, old, phase.newKeyId)
    case 'deactivating':
      // Still Active: the effect never happened, so every gate is asked again.
      return old?.status === 'Inactive'
        ? { kind: 'record-deactivated' }
        : beforeDeactivating(situation, old, phase.newKeyId)
    case 'deactivated':
      return beforeDeleting(situation, old, phase.deactivatedAt)
    case 'deleting':
      return old === undefined
        ? { kind: 'record-deleted' }
        : beforeDeleting(situation, old, phase.deactivatedAt)
    case 'closed':
      throw new Error(`${rotation.rotationId}: a closed rotation has no next step`)
    default:
      return phase satisfies never
  }
}

function atOpening(situation: Situation, old: ListedKey | undefined): Step {
  const { wanted, entry } = situation
  switch (wanted) {
    case 'rotate':
      return beforeCreating(situation, old, { kind: 'prepare' })
    case 'deactivate':
      return beforeDeactivating(situation, old, replacementIn(entry))
    case 'delete':
      if (entry.state !== 'deactivated') {
        throw new Error(`${entry.accessKeyId}: deletion before deactivation`)
      }
      return beforeDeleting(situation, old, entry.deactivatedAt)
    default:
      return wanted satisfies never
  }
}

const testing = ({ seen, now }: Scene, phase: RotationPhaseOf<'stored'>): Step =>
  seen.keys.some((key) => key.accessKeyId === phase.newKeyId && key.status === 'Active')
    ? { kind: 'test-and-issue', phase }
    : unlessSettling(phase.storedAt, now, 'replacement-gone', 'the new key is gone or inactive')

const replacementIn = (entry: Entry): AccessKeyId | undefined =>
  entry.state === 'issued' ? entry.handover.replacementKeyId : undefined

/**
 * Finishes what was begun and begins nothing new: a key that was made is issued while the old one is
 * a concern, and undone when it is not; a key whose secret is lost is undone.
 */
function abandoning(scene: Scene): Step {
  const { phase } = scene.rotation
  const isEnded = scene.entry.state === 'resolved'
  switch (phase.kind) {
    case 'creating': {
      const step = afterLostCreate(scene, phase)
      if (step.kind === 'adopt-stored' && isEnded) return undoing(scene, phase, step.newKeyId)
      return instead(step, isEnded)
    }
    case 'undoing':
      return instead(whileUndoing(scene, phase), isEnded)
    case 'stored':
      return isEnded ? undoing(scene, phase, phase.newKeyId) : testing(scene, phase)
    default:
      return abandon
  }
}

const abandon: Step = { kind: 'abandon' }

/** A hold on a key that is no concern any more would hold nothing. */
const instead = (step: Step, isEnded: boolean): Step =>
  step.kind === 'hold' && isEnded ? abandon : step

/** The owner has settled it without the new key, which nobody was told of. */
function undoing(
  { seen }: Scene,
  { secretArn, attempt }: { readonly secretArn: string; readonly attempt: number },
  orphanKeyId: AccessKeyId,
): Step {
  const isThere = seen.keys.some((key) => key.accessKeyId === orphanKeyId)
  if (!isThere) return abandon
  const go = { kind: 'deactivate-orphan', orphanKeyId, secretArn, attempt } as const
  return instead(unusedOrphan(seen, orphanKeyId, go), true)
}

/** Never more than two keys, and never one deleted to make room: the second key decides. */
function beforeCreating({ seen, entry }: Situation, old: ListedKey | undefined, go: Step): Step {
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  if (old.status !== 'Active') return { kind: 'resolve', how: 'deactivated-by-owner' }
  const [other] = seen.keys.filter((key) => key.accessKeyId !== entry.accessKeyId)
  if (other === undefined) return go
  if (other.status === 'Active' && other.accessKeyId === entry.handover?.replacementKeyId) {
    // Handed over before the old key was switched on again: the same grace begins anew.
    return { kind: 'adopt-owners', newKeyId: other.accessKeyId }
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

/**
 * The process died between the intent to create and the record of a stored secret. As long as its
 * lease could last, its request may still arrive.
 */
function afterLostCreate({ rotation, seen, now }: Scene, phase: RotationPhaseOf<'creating'>): Step {
  const { secretArn, attempt, intendedAt } = phase
  if (seen.stored === undefined) return look({ kind: 'stored-secret', secretArn, attempt })
  if (seen.stored.kind === 'key') {
    return { kind: 'adopt-stored', secretArn, newKeyId: seen.stored.newKeyId, attempt }
  }
  const settled = plusMs(intendedAt, leaseMs + propagationMs)
  if (now < settled) return { kind: 'wait', until: settled, why: 'IAM lists may still be old' }
  const fresh = seen.keys.filter((key) => !phase.snapshot.includes(key.accessKeyId))
  const [orphan] = fresh
  if (orphan === undefined) return { kind: 'retry-create', secretArn, attempt: attempt + 1 }
  const maker = seen.makers.get(orphan.accessKeyId)
  if (maker === undefined) return look({ kind: 'maker', accessKeyId: orphan.accessKeyId })
  if (maker.kind === 'not-found') {
    const proven = plusMs(intendedAt, trailLagMs)
    return now < proven
      ? { kind: 'wait', until: plusMs(now, 10 * minuteMs), why: 'CloudTrail is not there yet' }
      : hold('orphan-unproven', `CloudTrail does not say who made ${orphan.accessKeyId}`)
  }
  const prefix = `keynag-${rotation.rotationId}-`
  if (maker.kind === 'other' || !maker.sessionName.startsWith(prefix)) {
    return hold('orphan-unproven', `${orphan.accessKeyId} was not made by this rotation`)
  }
  if (orphan.createdAt < intendedAt - minuteMs) {
    return hold('orphan-unproven', `${orphan.accessKeyId} is older than the intent to create it`)
  }
  return unusedOrphan(seen, orphan.accessKeyId, {
    kind: 'deactivate-orphan',
    orphanKeyId: orphan.accessKeyId,
    secretArn,
    attempt,
  })
}

function whileUndoing({ seen, now }: Scene, phase: RotationPhaseOf<'undoing'>): Step {
  const { secretArn, orphanKeyId, deactivatedAt } = phase
  if (deactivatedAt !== undefined && now < deactivatedAt + orphanGraceMs) {
    // Whatever IAM's lists say meanwhile: they may still be old.
    const until = plusMs(deactivatedAt, orphanGraceMs)
    return { kind: 'wait', until, why: 'a lost key rests before its deletion' }
  }
  const orphan = seen.keys.find((key) => key.accessKeyId === orphanKeyId)
  const attempt = phase.attempt + 1
  if (deactivatedAt === undefined) {
    const go = {
      kind: 'deactivate-orphan',
      orphanKeyId,
      secretArn,
      attempt: phase.attempt,
    } as const
    // Not listed: gone, or so new that lists are still old. Only IAM's answer can tell.
    return orphan === undefined ? go : unusedOrphan(seen, orphanKeyId, go)
  }
  if (orphan === undefined) return { kind: 'retry-create', secretArn, attempt }
  if (orphan.status !== 'Inactive') {
    return hold('reactivated', `${orphanKeyId}, whose secret was lost, is ${orphan.status} again`)
  }
  return unusedOrphan(seen, orphanKeyId, {
    kind: 'delete-orphan',
    orphanKeyId,
    secretArn,
    attempt: phase.attempt,
  })
}

function unusedOrphan(seen: Seen, orphanKeyId: AccessKeyId, go: Step): Step {
  const used = seen.lastUsed.get(orphanKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: orphanKeyId })
  return used.kind === 'never'
    ? go
    : hold('orphan-unproven', `${orphanKeyId} has been used, or nobody can tell`)
}

function beforeDeactivating(
  situation: Situation,
  old: ListedKey | undefined,
  newKeyId: AccessKeyId | undefined,
): Step {
  const { seen, entry, enforce, now } = situation
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  if (old.status !== 'Active') return { kind: 'resolve', how: 'deactivated-by-owner' }
  if (newKeyId !== undefined) {
    const replacement = seen.keys.find((key) => key.accessKeyId === newKeyId)
    if (replacement?.status !== 'Active') {
      return hold('replacement-gone', `the replacement ${newKeyId} is gone or inactive`)
    }
  }
  return (
    useGate(seen, entry.accessKeyId, enforce, now) ?? {
      kind: 'deactivate',
    }
  )
}

/** Stops at a key that is still used, and at one of which nobody can tell. */
export function useGate(
  seen: Seen,
  accessKeyId: AccessKeyId,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Step | undefined {
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
  { entry, enforce, seen, now }: Situation,
  old: ListedKey | undefined,
  deactivatedAt: EpochMs,
): Step {
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  if (old.status !== 'Inactive') {
    const why = 'the key is Active again after keynag deactivated it'
    const settled = plusMs(deactivatedAt, statusSettlesMs)
    return now < settled
      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }
      : hold('reactivated', why)
  }
  if (
    enforce.kind === 'deactivate' ||
    (enforce.kind === 'rotate' && enforce.recoveryGraceDays === 'never')
  ) {
    throw new Error(`${entry.accessKeyId}: its policy deletes nothing`)
  }
  const until = plusDays(deactivatedAt, Number(enforce.recoveryGraceDays))
  return now < until
    ? { kind: 'wait', until, why: 'the recovery grace is not over' }
    : (unlessUsedSince(deactivatedAt, seen, entry.accessKeyId) ?? { kind: 'delete', deactivatedAt })
}

/** A key that was off cannot be used: somebody has switched it on, and off again before we looked. */
function unlessUsedSince(
  deactivatedAt: EpochMs,
  seen: Seen,
  accessKeyId: AccessKeyId,
): Step | undefined {
  const used = seen.lastUsed.get(accessKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId })
  if (used.kind === 'unknown') return useUnknown(used.why)
  return used.kind === 'at' && used.at > deactivatedAt + propagationMs
    ? hold('reactivated', `used on ${isoTime(used.at)}, after keynag had deactivated it`)
    : undefined
}

const useUnknown = (why: string): Step =>
  hold('use-unknown', `its last use could not be read: ${why}`)

/** A list that contradicts what was just done is not believed before IAM has settled. */
const unlessSettling = (since: EpochMs, now: EpochMs, code: HoldCode, why: string): Step => {
  const settled = plusMs(since, propagationMs)
  return now < settled
    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }
    : hold(code, why)
}
