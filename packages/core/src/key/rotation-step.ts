import type { AccessKeyId } from '../ids.ts'
import type { ArmedEnforcement } from '../policy/policy.ts'
import { hourMs, minuteMs, plusMs, type EpochMs } from '../time.ts'
import type { KeyStatus, LastUsed, ListedKey } from './access-key.ts'
import type { Entry } from './entry.ts'
import type { HoldCode, Resolution } from './fact.ts'
import type { RecoveryRule } from './recovery.ts'
import type { Rotation, RotationPhase, RotationPhaseOf } from './rotation.ts'

/**
 * The next safe step of a rotation. `recovery` names the rule by which the step makes up for a
 * delivery that died. A step of the usual course has none.
 */
export type Step = StepKind & { readonly recovery?: RecoveryRule }

type StepKind =
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: string }
  | {
      readonly kind: 'hold'
      readonly code: HoldCode
      readonly why: string
      /** What IAM shows of a key that somebody has changed. */
      readonly status?: KeyStatus
    }
  | { readonly kind: 'resolve'; readonly how: Resolution; readonly status?: KeyStatus }
  /** The ledger has the key as switched off: its owner has switched it on again, and is told anew. */
  | { readonly kind: 'see-active' }
  | { readonly kind: 'prepare' }
  | { readonly kind: 'prepare-anew'; readonly why: string }
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
      readonly testedAt?: EpochMs
    }
  | {
      readonly kind: 'delete-orphan'
      readonly orphanKeyId: AccessKeyId
      readonly secretArn: string
      readonly attempt: number
      readonly testedAt?: EpochMs
    }
  | { readonly kind: 'test-and-issue'; readonly phase: RotationPhaseOf<'stored'> }
  | { readonly kind: 'adopt-owners'; readonly newKeyId: AccessKeyId }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'record-deactivated' }
  | { readonly kind: 'delete'; readonly deactivatedAt: EpochMs }
  | { readonly kind: 'record-deleted' }
  /** What was intended was not done: the rotation goes back, and every check is made again. */
  | { readonly kind: 'withdraw-intent'; readonly phase: RotationPhase }
  | { readonly kind: 'abandon' }

export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

/** No step can be chosen before this is looked up. */
export interface LookFirst {
  readonly kind: 'look'
  readonly at: Look
}

/** One look-up at IAM, Secrets Manager or CloudTrail. */
export type Look =
  | { readonly kind: 'last-used'; readonly accessKeyId: AccessKeyId }
  | { readonly kind: 'stored-secret'; readonly secretArn: string; readonly attempt: number }
  | { readonly kind: 'offered-secret'; readonly secretArn: string }
  | { readonly kind: 'fetched'; readonly secretArn: string; readonly since: EpochMs }
  | { readonly kind: 'maker'; readonly accessKeyId: AccessKeyId }
  | {
      readonly kind: 'own-deactivation'
      readonly accessKeyId: AccessKeyId
      readonly since: EpochMs
    }
  | { readonly kind: 'last-call'; readonly call: KeyCall; readonly accessKeyId: AccessKeyId }

/** A call that changes a key, by CloudTrail's name for it. */
export type KeyCall = 'UpdateAccessKey' | 'DeleteAccessKey'

/** Who made a call, from CloudTrail. Its records arrive late: not found is not "somebody else". */
export type Maker =
  | { readonly kind: 'session'; readonly sessionName: string }
  | { readonly kind: 'other'; readonly who: string }
  | { readonly kind: 'not-found' }

/** What a hand-over secret shows of one of its versions. */
export type SecretVersion =
  | { readonly kind: 'key'; readonly newKeyId: AccessKeyId }
  /** The secret is there, and this version does not hold a key that keynag stored. */
  | { readonly kind: 'absent' }
  /** The secret does not exist, or it is scheduled for deletion: it takes no key and gives none. */
  | { readonly kind: 'gone'; readonly why: string }

/** The results of the look-ups, all of them made after the lease was taken. */
export interface Seen {
  /** ListAccessKeys of the user. */
  readonly keys: readonly ListedKey[]
  readonly lastUsed: ReadonlyMap<AccessKeyId, LastUsed>
  /** The version that the rotation's attempt stores. */
  readonly stored?: SecretVersion
  /** The version that the owner fetches. */
  readonly offered?: SecretVersion
  /** Whether CloudTrail shows that the user has fetched the replacement. */
  readonly isFetched?: boolean
  readonly makers: ReadonlyMap<AccessKeyId, Maker>
  /** Whether CloudTrail shows that this rotation has switched the old key off. */
  readonly ownDeactivation?: boolean
  /** Who made the last of these calls on the old key. */
  readonly lastCalls?: Partial<Record<KeyCall, Maker>>
}

/**
 * What a delivery wants of a rotation: to go on with what the policy enforces, to give it up, or to
 * find out what became of an open intent.
 */
export type Goal =
  | {
      readonly wanted: 'rotate' | 'deactivate' | 'delete'
      readonly enforce: ArmedEnforcement
    }
  | { readonly wanted: 'abandon' }
  | { readonly wanted: 'settle' }

/** A rotation as the ledger records it, and its user's keys as IAM shows them now. */
export interface RotationState {
  readonly rotation: Rotation
  readonly entry: Entry
  readonly seen: Seen
  readonly now: EpochMs
}

/**
 * IAM lists are eventually consistent: a new key and a change of status may take this long to show (8
 * to 15 s were seen). Whatever concludes something from a list waits this long after a change.
 */
export const propagationMs = 2 * minuteMs
/** CloudTrail delivers most events within 15 minutes; past this, missing proof is no proof. */
export const trailLagMs = 2 * hourMs
/** CloudTrail shows the events of the last 90 days (CloudTrail API Reference, LookupEvents). */
export const trailDays = 90

/** From when CloudTrail may show the call of an intent: clocks differ a little. */
export const trailedSince = (intendedAt: EpochMs): EpochMs => plusMs(intendedAt, -minuteMs)

/** Whether CloudTrail had the time to show the call of an intent, if there was one. */
export const isTrailComplete = (intendedAt: EpochMs, now: EpochMs): boolean =>
  now >= plusMs(intendedAt, trailLagMs)

export const hold = (code: HoldCode, why: string): StepOf<'hold'> => ({ kind: 'hold', code, why })
export const look = (at: Look): LookFirst => ({ kind: 'look', at })

/** CloudTrail has not delivered the event yet that would tell: ask again in ten minutes. */
export const waitForTrail = (now: EpochMs): Step => ({
  kind: 'wait',
  until: plusMs(now, 10 * minuteMs),
  why: 'CloudTrail is not there yet',
  recovery: 'trail-awaited',
})

/** Adds the rule by which a step makes up for a delivery that died. */
export const recovering = <T extends Step | LookFirst>(
  step: T,
  rules: Partial<Record<Step['kind'], RecoveryRule>>,
): T => {
  if (step.kind === 'look') return step
  const recovery = rules[step.kind]
  return recovery === undefined ? step : { ...step, recovery }
}
