import { policyNamed, type Policies } from '../policy/policies.ts'
import { isFinal, recoveryGraceDays, type ArmedEnforcement, type Policy } from '../policy/policy.ts'
import { nextOpening } from '../policy/window.ts'
import { daysText, epochMs, minuteMs, plusDays, plusMs, type EpochMs } from '../time.ts'
import { dateRead, earliestNewDate, isLaterThanRead, retoldDays } from './date-read.ts'
import type { Entry, EntryIn, Unanswered } from './entry.ts'
import type { Deed } from './fact.ts'
import { afterReminders } from './reminder.ts'
import { toInstall } from './uninstalled.ts'
import { finality, standingNews, standingWarning, wasToldFinal } from './warning.ts'

/** A change that keynag will make to the key by itself. */
export interface NextDeed {
  readonly deed: Deed
  /** The date for people; `undefined` when the policy's window does not open any more. */
  readonly at: EpochMs | undefined
  /** When keynag tries, if it tells nobody another date before. */
  readonly due: EpochMs | undefined
  /** When its graces are over, whatever the window. */
  readonly notBefore: EpochMs
  /** Whether the message that the deed requires was delivered. If not, `at` assumes that it is now. */
  readonly isTold: boolean
  /** It is a deactivation, and the deletion follows it at once. */
  readonly isFinal?: true
  /** A sentence for operators. */
  readonly rule: string
}

/**
 * What keynag does next to the key by itself, if nobody acts, and when. Decisions, messages and
 * forecasts all ask this function, so that people read the date on which keynag acts. It counts
 * holds, exemptions, snoozes, postponements and the window. A full cap and a freeze are postponements.
 * A date that differs from the one that the owner read is at least a day ahead.
 */
export function nextDeed(entry: Entry, policies: Policies, now: EpochMs): NextDeed | undefined {
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined || !isActedOn(entry, policies, now)) return undefined
  const { enforce } = policy
  if (enforce.kind === 'none') return undefined
  const planned = plannedDeed(entry, policy, enforce, now)
  if (planned === undefined) return undefined
  const { postponed } = entry
  const earliest = latest(planned.notBefore, now)
  const isPutOff = postponed !== undefined && postponed.until > earliest
  const due = nextOpening(enforce.window, isPutOff ? postponed.until : earliest)
  const common = {
    ...planned,
    ...(isPutOff ? { rule: `enforcement is postponed: ${postponed.why}` } : {}),
  }
  if (due === undefined || !hasNewDate(entry, planned, policy, due, now)) {
    return { ...common, due, at: due }
  }
  const at = nextOpening(enforce.window, latest(due, earliestNewDate(now)))
  return { ...common, due: due > now ? due : at, at }
}

/** Whether the deed does not come on the date that the owner read, so that a new one is told first. */
function hasNewDate(
  entry: Entry,
  { deed, isTold }: Planned,
  policy: Policy,
  at: EpochMs,
  now: EpochMs,
): boolean {
  const read = entry.shown?.deed === deed && isTold ? dateRead(entry) : undefined
  if (read === undefined) return false
  return at > now ? isLaterThanRead(read, at) : now > plusDays(read, retoldDays(policy))
}

/**
 * Whether keynag acts on the key by itself at this time. If not, no message may announce a deed: the
 * key is held or exempt, its account is unread, or its policy does not enforce.
 */
export function isActedOn(entry: Entry, policies: Policies, now: EpochMs): boolean {
  const isExempt = entry.exemption !== undefined && entry.exemption.until > now
  const policy = policyNamed(policies, entry.policy)
  const isArmed = policy?.mode === 'enforce' && policy.enforce.kind !== 'none'
  const isStopped = entry.hold !== undefined || entry.unread !== undefined
  return isArmed && !isExempt && !isStopped
}

type Planned = Omit<NextDeed, 'at' | 'due'>

function plannedDeed(
  entry: Entry,
  policy: Policy,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Planned | undefined {
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return toInstall(entry, policy) === undefined
        ? firstDeed(entry, policy, enforce, now)
        : undefined
    case 'issued':
      return deactivation(entry, enforce, now)
    case 'deactivated':
      return deletion(entry, enforce, now)
    default:
      return undefined
  }
}

/** The begin of enforcement: the key is old enough, and the grace of the delivered warning is over. */
function firstDeed(
  entry: Unanswered,
  policy: Policy,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Planned | undefined {
  if (entry.status !== 'Active') return undefined
  const warned = standingWarning(entry, enforce)
  const isTold = warned !== undefined && entry.nagCount >= enforce.afterNags
  const nagsLeft = Math.max(0, enforce.afterNags - entry.nagCount - 1)
  const grace = enforce.kind === 'rotate' ? 0 : enforce.installationGraceDays
  const notBefore = latest(
    plusDays(entry.createdAt, enforce.atDay),
    plusDays(warned?.at ?? now, grace),
    warned?.notBefore,
    isTold ? undefined : afterReminders(nagsLeft, entry, policy, now),
    entry.snooze?.until,
  )
  return enforce.kind === 'rotate'
    ? {
        deed: 'rotate',
        notBefore,
        isTold,
        rule: `keynag replaces the key at ${daysText(enforce.atDay)}, after a delivered warning`,
      }
    : {
        deed: 'deactivate',
        notBefore,
        isTold,
        ...finality(isFinal(enforce)),
        rule: `keynag deactivates the key at ${daysText(enforce.atDay)}, ${daysText(grace)} after a delivered warning`,
      }
}

/** The deactivation after a replacement, whose grace begins when the owner is told of it. */
function deactivation(
  { handover }: EntryIn<'issued'>,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Planned {
  const { installationGraceDays } = enforce
  const toldAt = standingNews(handover, enforce)
  return {
    deed: 'deactivate',
    notBefore: latest(plusDays(toldAt ?? now, installationGraceDays), handover.notBefore),
    isTold: toldAt !== undefined,
    ...finality(isFinal(enforce)),
    rule: `keynag deactivates the key ${daysText(installationGraceDays)} after the replacement was delivered`,
  }
}

function deletion(
  entry: EntryIn<'deactivated'>,
  enforce: ArmedEnforcement,
  now: EpochMs,
): Planned | undefined {
  const recoveryDays = recoveryGraceDays(enforce)
  if (recoveryDays === undefined) return undefined
  // Who was told nothing of a deletion at once gets the time that such an announcement gives.
  const isUnexpected = isFinal(enforce) && !wasToldFinal(entry)
  const graceDays = isUnexpected ? enforce.installationGraceDays : recoveryDays
  const announced = deletionTime(entry, graceDays)
  return {
    deed: 'delete',
    notBefore: announced ?? latest(plusDays(now, graceDays), provenInWindow(entry, enforce)),
    isTold: announced !== undefined,
    rule: `keynag deletes the key ${daysText(graceDays)} after the owner was told of the deactivation`,
  }
}

/** By then CloudTrail, which is asked every ten minutes, has mostly shown a deactivation. */
const usuallyProvenMs = 30 * minuteMs

/**
 * A deletion needs the proof of its deactivation. If the window closes before that, the key is deleted
 * in the next one. Undefined: the window is open for long enough.
 */
function provenInWindow(
  { deactivatedAt }: EntryIn<'deactivated'>,
  { window }: ArmedEnforcement,
): EpochMs | undefined {
  const provenAt = plusMs(deactivatedAt, usuallyProvenMs)
  return nextOpening(window, provenAt) === provenAt ? undefined : provenAt
}

/**
 * When the deletion may begin at the earliest: not before the date that the owner was told, and a
 * whole recovery grace after the owner was told it. `undefined`: the owner was not told.
 */
const deletionTime = (
  { deletionAnnounced }: EntryIn<'deactivated'>,
  graceDays: number,
): EpochMs | undefined =>
  deletionAnnounced === undefined
    ? undefined
    : latest(deletionAnnounced.notBefore, plusDays(deletionAnnounced.at, graceDays))

const latest = (first: EpochMs, ...others: readonly (EpochMs | undefined)[]): EpochMs =>
  epochMs(Math.max(first, ...others.map((at) => at ?? first)))
