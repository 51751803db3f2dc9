import { policyNamed, type Policies } from '../policy/policies.ts'
import type { Policy } from '../policy/policy.ts'
import { epochMs, plusDays, type EpochMs } from '../time.ts'
import { dateRead, isLaterThanRead } from './date-read.ts'
import type { Entry, Unanswered } from './entry.ts'
import { nextDeed, type NextDeed } from './next-deed.ts'
import { goesAt, nextReminder } from './reminder.ts'
import { standingWarning } from './warning.ts'

/** When the next reminder goes, and the rule behind it. */
export interface ReminderTime {
  readonly at: EpochMs
  readonly rule: string
}

/**
 * When the next reminder goes: after a nag period; sooner, if a date that does not stand would pass before
 * it; later, if it waits for the next message to its reader.
 */
export function reminderTime(
  entry: Unanswered,
  policies: Policies,
  policy: Policy,
  now: EpochMs,
): ReminderTime {
  const own = ownTime(entry, policies, policy, now)
  const until = entry.remindAt
  if (until === undefined || until <= own.at || !mayWait(entry, policies, until, now)) return own
  const rule = 'the reminder waits for the next message to its reader'
  return { at: goesAt('nag', entry, policy, until, now), rule }
}

/**
 * Whether the reminder may wait until then: no deed comes later for it, its owner has half of the time
 * before the date all the same, and no date passes that does not stand.
 */
export function mayWait(
  entry: Unanswered,
  policies: Policies,
  until: EpochMs,
  now: EpochMs,
): boolean {
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined) return false
  const goes = goesAt('nag', entry, policy, until, now)
  const deed = nextDeed(entry, policies, now)
  const read = dateRead(entry)
  if (read !== undefined && read < goes && !isOnDateRead(entry, deed, read)) return false
  if (deed?.at === undefined || deed.isTold) return true
  const then = nextDeed(entry, policies, goes)?.at
  const own = ownTime(entry, policies, policy, now).at
  return then !== undefined && then <= deed.at && goes - own <= (deed.at - own) / 2
}

/** Whether the deed was announced and comes on the date that the owner read. */
const isOnDateRead = (entry: Entry, deed: NextDeed | undefined, read: EpochMs): boolean =>
  deed?.at !== undefined &&
  deed.isTold &&
  deed.deed === entry.shown?.deed &&
  !isLaterThanRead(read, deed.at)

function ownTime(
  entry: Unanswered,
  policies: Policies,
  policy: Policy,
  now: EpochMs,
): ReminderTime {
  const next = nextReminder(entry, policy, now)
  const { lastNaggedAt, snooze } = entry
  const date = voidDate(entry, policy, nextDeed(entry, policies, now))
  if (lastNaggedAt === undefined || date === undefined || date >= next.at) return next
  const daysBefore = policy.quiet === undefined ? 1 : quietDays
  const first = later(plusDays(lastNaggedAt, 1), plusDays(date, -daysBefore))
  const at = goesAt('nag', entry, policy, later(first, snooze?.until ?? first), now)
  const rule = 'the owner goes by a date that does not stand: keynag warns anew before it'
  return at < next.at ? { at, rule } : next
}

/** A long weekend, on which a reminder may wait. */
const quietDays = 4

/** The date that the owner read for this deed, if no warning stands that keynag may act on. */
function voidDate(
  entry: Unanswered,
  { enforce }: Policy,
  deed: NextDeed | undefined,
): EpochMs | undefined {
  if (enforce.kind === 'none' || deed === undefined || deed.deed !== entry.shown?.deed) {
    return undefined
  }
  return standingWarning(entry, enforce) === undefined ? dateRead(entry) : undefined
}

const later = (a: EpochMs, b: EpochMs): EpochMs => epochMs(Math.max(a, b))
