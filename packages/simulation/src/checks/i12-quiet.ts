import { policyNamed, type AccessKeyId, type Message, type Quiet } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'

/** I12: a message that can wait does not go in the quiet time of its reader. */
export function checkNotInQuietTime(
  { books, checks }: CheckedRun,
  { organization }: Invocation,
  message: Message,
): void {
  const { contacts, policies } = organization
  const keys = keysThatCanWait(message)
  const isQuietFor = (accessKeyId: AccessKeyId): boolean => {
    const entry = books.entries.get(accessKeyId)
    // keynag wrote the message from the entry as it was then.
    if (entry === undefined || entry.changedAt > message.now) return false
    const quiet = policyNamed(policies, entry.policy)?.quiet
    const ownZone = Object.entries(contacts.timeZones).find(
      ([address]) => address.toLowerCase() === entry.owner.email,
    )?.[1]
    // keynag learns of another zone by its next scan.
    if (message.kind !== 'escalation' && ownZone !== entry.owner.timeZone) return false
    const zone = message.kind === 'escalation' ? undefined : ownZone
    return quiet !== undefined && isQuiet(quiet, message.now, zone ?? quiet.timeZone)
  }
  if (keys.length > 0 && keys.every(isQuietFor)) {
    checks.violated('I12', `${message.noticeId} went in the quiet time of its reader`)
  }
}

/** It goes if one of its keys has no quiet time. */
function keysThatCanWait(message: Message): readonly AccessKeyId[] {
  switch (message.kind) {
    case 'nag':
      return message.keys.map(({ accessKeyId }) => accessKeyId)
    case 'escalation':
    case 'deleted':
      return [message.key.accessKeyId]
    default:
      return []
  }
}

/** As somebody with a calendar and a clock sees it; shares no code with keynag. */
function isQuiet({ from, to, days, holidays }: Quiet, at: number, timeZone: string): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  const inYear = `${part('month')}-${part('day')}`
  const weekday = part('weekday').toLowerCase()
  if (days.some((day) => day === weekday)) return true
  if (holidays.includes(inYear) || holidays.includes(`${part('year')}-${inYear}`)) return true
  if (from === undefined || to === undefined) return false
  const time = `${part('hour')}:${part('minute')}`
  return from < to ? time >= from && time < to : time >= from || time < to
}
