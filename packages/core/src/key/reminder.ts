import { policyNamed, type Policies } from '../policy/policies.ts'
import { warnFrom, type Policy } from '../policy/policy.ts'
import { endOfQuiet } from '../policy/quiet.ts'
import { daysText, epochMs, plusDays, type EpochMs } from '../time.ts'
import type { Entry } from './entry.ts'
import { canWait, type NoticeKind } from './notice.ts'

/**
 * When a message about the key may go, if it was to go at `at`: then, or when the quiet time of its
 * policy is over. The owner's own time zone counts for what the owner reads.
 */
const mayGoAt = (
  kind: NoticeKind,
  entry: Pick<Entry, 'owner'>,
  policy: Pick<Policy, 'quiet'> | undefined,
  at: EpochMs,
): EpochMs =>
  canWait(kind)
    ? endOfQuiet(policy?.quiet, at, kind === 'escalation' ? undefined : entry.owner.timeZone)
    : at

/** The same for a message that was due at `due`, which may be over, when it is quiet again now. */
export function goesAt(
  kind: NoticeKind,
  entry: Pick<Entry, 'owner'>,
  policy: Pick<Policy, 'quiet'> | undefined,
  due: EpochMs,
  now: EpochMs,
): EpochMs {
  const first = mayGoAt(kind, entry, policy, due)
  const fromNow = mayGoAt(kind, entry, policy, now)
  return first <= now && fromNow > now ? fromNow : first
}

/** When the owner is reminded of the key next, if nobody acts before. */
export function nextReminder(
  entry: Entry,
  policy: Policy,
  now: EpochMs,
): { readonly at: EpochMs; readonly rule: string } {
  const { everyDays } = policy.nag
  const { lastNaggedAt, snooze } = entry
  const [due, rule] =
    lastNaggedAt === undefined
      ? [
          plusDays(entry.createdAt, warnFrom(policy)),
          `keynag sends the first nag when the key is ${daysText(warnFrom(policy))} old`,
        ]
      : [plusDays(lastNaggedAt, everyDays), `keynag sends a nag every ${daysText(everyDays)}`]
  const from = epochMs(Math.max(due, snooze?.until ?? due))
  const at = goesAt('nag', entry, policy, from, now)
  return { at, rule: at > from ? `${rule}, after the quiet time of its owner` : rule }
}

/** When the last of so many further reminders goes, if one goes now. */
export function afterReminders(count: number, entry: Entry, policy: Policy, now: EpochMs): EpochMs {
  let at = now
  for (let sent = 0; sent < count; sent += 1) {
    at = mayGoAt('nag', entry, policy, plusDays(at, policy.nag.everyDays))
  }
  return at
}

/** Until when a message of the outbox waits; `undefined`: it goes now. */
export function waitsUntil(
  kind: NoticeKind,
  entry: Entry,
  policies: Policies,
  now: EpochMs,
): EpochMs | undefined {
  const at = mayGoAt(kind, entry, policyNamed(policies, entry.policy), now)
  return at > now ? at : undefined
}
