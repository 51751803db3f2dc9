import {
  isFinished,
  isoDay,
  isoTime,
  isUnanswered,
  mayWait,
  plusDays,
  policyNamed,
  type Actor,
  type Entry,
  type EpochMs,
  type FactOf,
  type Notice,
  type Organization,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { recordFact } from '../record-fact.ts'
import { nagNoticeId } from './nag-notice.ts'

type PeriodPorts = Pick<Ports, 'clock' | 'ledger' | 'organization'>

/** The last reminder to an audience. */
export type LastReminder =
  | { readonly kind: 'none' }
  /** The first of its messages was delivered then, and they name all its keys. */
  | { readonly kind: 'told'; readonly at: EpochMs }
  /** A further message is to name the rest of its keys. */
  | { readonly kind: 'goes-on' }
  /** Another delivery began it before midnight, and is sending it. */
  | { readonly kind: 'begun' }

/**
 * The last reminder to this audience that is not older than the longest nag period of these keys. The
 * notices tell, and not the entries: a key that the reader was reminded of may have gone since.
 */
export async function lastReminder(
  ports: PeriodPorts,
  audience: string,
  due: readonly Entry[],
  now: EpochMs,
): Promise<LastReminder> {
  const { policies } = ports.organization
  const periods = due.map(({ policy }) => policyNamed(policies, policy)?.nag.everyDays ?? 0)
  const since = plusDays(now, -Math.max(0, ...periods))
  for (let day = now; isoDay(day) >= isoDay(since); day = plusDays(day, -1)) {
    const messages = await remindersOf(ports, audience, day)
    const [first] = messages
    const last = messages.at(-1)
    const isToday = isoDay(day) === isoDay(now)
    if (last?.lease !== undefined && last.lease.until > now && !isToday) return { kind: 'begun' }
    if (first === undefined || !wasHeard(first)) continue
    if (last?.continues === true || !messages.every(isFinished)) return { kind: 'goes-on' }
    return { kind: 'told', at: first.deliveredAt }
  }
  return { kind: 'none' }
}

const wasHeard = (notice: Notice): notice is Notice & { readonly deliveredAt: EpochMs } =>
  notice.deliveredAt !== undefined && notice.withdrawn === undefined

/** The messages of one day's reminder to this audience. */
async function remindersOf(
  { ledger }: PeriodPorts,
  audience: string,
  day: EpochMs,
): Promise<readonly Notice[]> {
  const messages: Notice[] = []
  for (let part = 1; ; part += 1) {
    const notice = await ledger.notice(nagNoticeId(audience, part, day))
    if (notice === undefined) return messages
    messages.push(notice)
    if (notice.continues !== true) return messages
  }
}

/**
 * Lets the reminders of these keys wait until a nag period after the last message to their reader. The
 * answer is `false`, and nothing waits, where one of them cannot: it goes, and takes the others along.
 *
 * @param lastAt when the reader had the last message
 */
export async function letWait(
  ports: PeriodPorts,
  due: readonly Entry[],
  lastAt: EpochMs,
  actor: Actor,
  now: EpochMs,
): Promise<boolean> {
  const { organization } = ports
  if (!due.every((entry) => waitFact(entry, organization, lastAt, now) !== undefined)) return false
  for (const { accessKeyId } of due) {
    await recordFact(
      ports,
      accessKeyId,
      (entry) => waitFact(entry, organization, lastAt, now),
      actor,
    )
  }
  return true
}

/** `undefined`: the reminder of the key cannot wait, or need not. */
function waitFact(
  entry: Entry,
  { policies }: Organization,
  lastAt: EpochMs,
  now: EpochMs,
): FactOf<'reminder-waits'> | undefined {
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined || !isUnanswered(entry)) return undefined
  const until = plusDays(lastAt, policy.nag.everyDays)
  return until > now && mayWait(entry, policies, until, now)
    ? {
        kind: 'reminder-waits',
        until,
        why: `the last message to its reader is of ${isoTime(lastAt)}`,
      }
    : undefined
}
