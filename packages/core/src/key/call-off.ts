import { policyNamed, type Policies } from '../policy/policies.ts'
import { isPersonal, type Policy } from '../policy/policy.ts'
import type { WhyCalledOff } from '../message.ts'
import { plusDays, type EpochMs } from '../time.ts'
import { nextOpening } from '../policy/window.ts'
import { dateRead, earliestNewDate, isLaterThanRead, retoldDays } from './date-read.ts'
import { isUnanswered, type Entry } from './entry.ts'
import type { Deed } from './fact.ts'
import { finality } from './warning.ts'
import { nextDeed } from './next-deed.ts'
import { nextReminder } from './reminder.ts'

/** A date that the owner read, which does not stand any more. */
export interface CallOff {
  readonly deed: Deed
  readonly date: EpochMs
  /** The new date. Absent: the deed has no date any more. */
  readonly movedTo?: EpochMs
  /** A sentence for operators. */
  readonly rule: string
}

/**
 * The date that keynag has to take back, because the owner read it and it does not stand: the key is
 * held, exempt or resolved, the policy has changed, or the deed comes later. `undefined`: there is
 * none, or the next reminder says so.
 */
export function dateToCallOff(entry: Entry, policies: Policies, now: EpochMs): CallOff | undefined {
  const { shown } = entry
  const policy = policyNamed(policies, entry.policy)
  if (shown === undefined || isReminded(entry, policies, now)) return undefined
  // Nobody can use a key of a closed account, and nobody has to act.
  if (entry.state === 'resolved' && entry.resolution === 'account-closed') return undefined
  // keynag may have done it, and finds that out first.
  if (entry.postponed?.settles === true) return undefined
  // A key that is only reminded about, and whose policy is gone, is held or resolved first.
  if (policy === undefined && entry.hold === undefined && isUnanswered(entry)) return undefined
  if (entry.state === 'issuing' && entry.hold === undefined) return undefined
  const date = dateRead(entry)
  const because = date && whyCalledOff({ ...shown, date }, entry, policies, now)
  if (date === undefined || because === undefined) return undefined
  const { deed } = shown
  const rule = inWords(because, entry)
  if (because.kind !== 'moved') return { deed, date, rule }
  const toldAt = shown.calledOff?.at
  const isTooSoon =
    toldAt !== undefined && policy !== undefined && now < plusDays(toldAt, retoldDays(policy))
  return isTooSoon ? undefined : { deed, date, movedTo: because.to, rule }
}

function inWords(because: WhyOfOwner, { policy, postponed }: Entry): string {
  switch (because.kind) {
    case 'held':
      return `the key is held (${because.code})`
    case 'resolved':
      return `the key is resolved (${because.how})`
    case 'exempt':
      return 'the key is exempt'
    case 'moved':
      return postponed?.until === because.to
        ? `enforcement is postponed: ${postponed.why}`
        : `keynag does that later now`
    case 'not-enforced':
      return `policy ${policy} does not do that any more`
    default:
      return because satisfies never
  }
}

/** A former owner is told by a message of the owner's change itself: see `formerReader`. */
type WhyOfOwner = Exclude<WhyCalledOff, { kind: 'owner-changed' }>

/** Why a date that was taken back does not stand. `undefined`: it stands again. */
export function whyCalledOff(
  { deed, date }: NonNullable<Entry['shown']>,
  entry: Entry,
  policies: Policies,
  now: EpochMs,
): WhyOfOwner | undefined {
  const { hold, exemption } = entry
  if (entry.state === 'resolved') return { kind: 'resolved', how: entry.resolution }
  if (hold !== undefined) return { kind: 'held', code: hold.code }
  if (exemption !== undefined && exemption.until > now) {
    return { kind: 'exempt', until: exemption.until }
  }
  const next = nextDeed(entry, policies, now)
  if (next?.deed !== deed) return { kind: 'not-enforced' }
  // A message with a date of its own comes first.
  if (!next.isTold) return undefined
  const { at: to, isFinal } = next
  if (to === undefined) return { kind: 'not-enforced' }
  const isSame = to <= now || !isLaterThanRead(date, to)
  return isSame ? undefined : { kind: 'moved', to, ...finality(isFinal) }
}

/**
 * A message about a new date may be sent late. Its reader has a day all the same, so the date that it
 * shows moves once more, and its delivery records that.
 */
export function withADayAhead(
  because: WhyOfOwner,
  entry: Entry,
  policies: Policies,
  now: EpochMs,
): WhyOfOwner {
  if (because.kind !== 'moved' || because.to >= plusDays(now, 1)) return because
  const enforce = policyNamed(policies, entry.policy)?.enforce
  if (enforce === undefined || enforce.kind === 'none') return { kind: 'not-enforced' }
  const to = nextOpening(enforce.window, earliestNewDate(now))
  return to === undefined ? { kind: 'not-enforced' } : { ...because, to }
}

/**
 * Whether the owner gets a reminder in time, before the date: it shows the new date, or says that
 * there is none. One in a channel tells the owner nothing.
 */
function isReminded(entry: Entry, policies: Policies, now: EpochMs): boolean {
  const { hold, exemption } = entry
  const policy = policyNamed(policies, entry.policy)
  return (
    isUnanswered(entry) &&
    hold === undefined &&
    (exemption?.until ?? now) <= now &&
    policy !== undefined &&
    policy.mode !== 'dry-run' &&
    policy.nag.via.every(isPersonal) &&
    isInTime(entry, policy, now)
  )
}

/** A first reminder that is due goes at once. */
function isInTime(entry: Entry, policy: Policy, now: EpochMs): boolean {
  const { shown, lastNaggedAt } = entry
  if (shown === undefined) return true
  const { at } = nextReminder(entry, policy, now)
  return at <= (shown.calledOff?.movedTo ?? shown.date) || (lastNaggedAt === undefined && at <= now)
}
