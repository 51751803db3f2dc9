import { mutant, type Mutant } from '../mutant.ts'

const time = 'core/src/key/reminder-time.ts'
const period = 'engine/src/notifier/nag-period.ts'

/** What gives a person one reminder in a period, and each key its own in time. */
export const periodMutants: readonly Mutant[] = [
  mutant(
    'period: a reminder waits for the next message to its reader',
    period,
    'return until > now && mayWait(entry, policies, until, now)',
    'return until < 0 && mayWait(entry, policies, until, now)',
  ),
  mutant(
    'period: no reminder waits that makes a deed later',
    time,
    'return then !== undefined && then <= deed.at && goes',
    'return then !== undefined && goes',
  ),
  mutant(
    'period: an owner has half of the time before a date',
    time,
    ' && goes - own <= (deed.at - own) / 2',
    '',
  ),
  mutant(
    'period: no reminder waits past a date that does not stand',
    time,
    'if (read !== undefined && read < goes && !isOnDateRead(entry, deed, read)) return false\n',
    '',
  ),
  mutant(
    'period: a message that came back was no reminder',
    period,
    'notice.deliveredAt !== undefined && notice.withdrawn === undefined',
    'notice.deliveredAt !== undefined',
  ),
  mutant(
    'period: a message takes along what is due soon',
    'engine/src/notifier/nag.ts',
    '!due.includes(member) && isTakenAlong(member, policies, now)',
    '!due.includes(member) && isTakenAlong(member, policies, now) && Math.PI < 3',
  ),
]
