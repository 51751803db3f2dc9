import {
  dayMs,
  policyNamed,
  warnFrom,
  type Message,
  type MessageOf,
  type Policy,
} from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'

type Card = MessageOf<'nag'>['keys'][number]

/**
 * I9: a person gets one reminder in a period. Another one is for a key whose period is over since the last
 * one, or whose date cannot wait.
 */
export function checkOneReminder(
  simulation: CheckedRun,
  invocation: Invocation,
  message: Message,
  reader: string,
): void {
  // Further messages name the rest of the keys.
  if (message.kind !== 'nag' || !message.noticeId.endsWith('/1')) return
  const { checks } = simulation
  const lastAt = lastReminderAt(simulation, invocation, message, reader)
  if (lastAt === undefined) return
  const cannotWait = (card: Card): boolean => mustGo(simulation, invocation, card, lastAt)
  if (!message.keys.some(cannotWait)) {
    checks.violated('I9', `${reader} was reminded twice in a period, by ${message.noticeId}`)
  }
}

/** When the reader had the first message of the last reminder that the sender could know of. */
function lastReminderAt(
  { books, letters }: CheckedRun,
  { startedAt }: Invocation,
  { noticeId }: Message,
  reader: string,
): number | undefined {
  const isEarlier = ({ at, kind, to, cameBack, noticeId: other }: Letter): boolean =>
    kind === 'nag' &&
    to === reader &&
    at < startedAt &&
    !cameBack &&
    audienceOf(other) === audienceOf(noticeId) &&
    seriesOf(other) !== seriesOf(noticeId)
  const last = letters.all.findLast(isEarlier)
  if (last === undefined) return undefined
  const series = letters.all.filter((each) => seriesOf(each.noticeId) === seriesOf(last.noticeId))
  const notices = series.map((each) => books.notices.get(each.noticeId))
  // Its sender died, or it names only some of its keys.
  if (notices.some((notice) => notice?.deliveredAt === undefined)) return undefined
  if (books.notices.get(last.noticeId)?.continues === true) return undefined
  return series[0]?.at
}

const seriesOf = (noticeId: string): string => noticeId.slice(0, noticeId.lastIndexOf('/'))
const audienceOf = (noticeId: string): string | undefined => noticeId.split('/')[2]

/** Whether a message about the key has to go now, though its reader had one at `lastAt`. */
function mustGo(
  { books, now }: CheckedRun,
  { organization }: Invocation,
  { accessKeyId, ahead }: Card,
  lastAt: number,
): boolean {
  const entry = books.entries.get(accessKeyId)
  const policy = entry && policyNamed(organization.policies, entry.policy)
  if (entry === undefined || policy === undefined) return true
  const { enforce, nag, quiet } = policy
  const next = lastAt + nag.everyDays * dayMs
  if (now >= next) return true
  const { shown, lastNaggedAt, nagCount, createdAt } = entry
  if (shown !== undefined && shown.date < next) return true
  if (policy.mode !== 'enforce' || enforce.kind === 'none' || ahead.kind === 'nothing') return false
  if (ahead.at === undefined) return false
  const isTold = nagCount >= enforce.afterNags && entry.warned?.of === enforce.kind
  if (isTold && entry.warned?.policy === entry.policy && entry.warned.isFinal === ahead.isFinal)
    return false
  if (quiet !== undefined) return true
  const due =
    lastNaggedAt === undefined
      ? createdAt + warnFrom(policy) * dayMs
      : lastNaggedAt + nag.everyDays * dayMs
  const leastMs = Math.max(
    graceMs(policy),
    (enforce.afterNags - nagCount - 1) * nag.everyDays * dayMs,
  )
  return next + leastMs > ahead.at || 2 * next - due > ahead.at
}

const graceMs = ({ enforce }: Policy): number =>
  enforce.kind === 'deactivate' || enforce.kind === 'delete'
    ? enforce.installationGraceDays * dayMs
    : 0
