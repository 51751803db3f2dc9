import { mutant, type Mutant } from '../mutant.ts'

const reminder = 'core/src/key/reminder.ts'

/** What keeps messages out of the quiet time of people, and dates true all the same. */
export const quietMutants: readonly Mutant[] = [
  mutant(
    'quiet: a reminder waits until the quiet time is over',
    reminder,
    "const at = goesAt('nag', entry, policy, from, now)",
    'const at = from',
  ),
  mutant(
    'quiet: a reminder that is late waits when it is quiet again',
    reminder,
    'return first <= now && fromNow > now ? fromNow : first',
    'return first <= now && fromNow < 0 ? fromNow : first',
  ),
  mutant(
    "quiet: the owner's own time zone counts",
    reminder,
    "kind === 'escalation' ? undefined : entry.owner.timeZone",
    "kind === 'nag' ? undefined : entry.owner.timeZone",
  ),
  mutant(
    'quiet: a message of the outbox waits until the quiet time is over',
    'engine/src/notifier/deliver-notice.ts',
    "if (quietUntil !== undefined) return putOff(ports, notice, quietUntil, 'it is quiet time')\n    const composed",
    'const composed',
  ),
  mutant(
    'quiet: a date does not pass in silence because the next reminder waits',
    'core/src/key/call-off.ts',
    'const { at } = nextReminder(entry, policy, now)',
    'const { quiet: _, ...loud } = policy\n  const { at } = nextReminder(entry, loud, now)',
  ),
  mutant(
    'quiet: the date counts the quiet time before the reminders that are left',
    reminder,
    "at = mayGoAt('nag', entry, policy, plusDays(at, policy.nag.everyDays))",
    'at = plusDays(at, policy.nag.everyDays)',
  ),
]
