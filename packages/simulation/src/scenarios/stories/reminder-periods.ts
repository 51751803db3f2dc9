import { dayMs, minuteMs } from '@keynag/core'
import { configure } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { addStaleUser, organizationOf, rotating } from '../estate-of.ts'
import { after, all, mailComesBack } from './cues.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const byMail = { nag: { everyDays: 7, via: ['email'] } }

/** Deactivates so late that no reminder is urgent. */
const patient = enforcing('deactivate', byMail, { atDay: 140 })

const twoPolicies = organizationOf([
  { ...rotating, ...byMail, name: 'programs', mode: 'notify', match: { paths: ['/ci/'] } },
  { ...rotating, ...byMail, mode: 'notify' },
])

/** One policy for the keys of programs, which are urgent, and another one for all others. */
const urgentPrograms = (others: object) =>
  organizationOf([
    {
      ...rotating,
      ...byMail,
      name: 'programs',
      match: { paths: ['/ci/'] },
      enforce: { kind: 'deactivate', atDay: 102, installationGraceDays: 12 },
    },
    { ...rotating, ...byMail, ...others },
  ])

const told = urgentPrograms({ mode: 'notify', escalation: [{ atDay: 96, to: 'security' }] })
const twice = urgentPrograms({
  enforce: { kind: 'deactivate', atDay: 104, installationGraceDays: 1, afterNags: 2 },
})
const soon = urgentPrograms({
  enforce: { kind: 'deactivate', atDay: 100, installationGraceDays: 1 },
})
const late = urgentPrograms({
  enforce: { kind: 'delete', atDay: 140, installationGraceDays: 1, recoveryGraceDays: 1 },
})

/** Ann owns one more key, which becomes stale on this day, counted from 0. */
const keyOfAnn =
  (day: number, account = '111111111111') =>
  (simulation: Simulation): void => {
    const owner = 'ann@example.com'
    const name = `program-${simulation.estate.keys.size}`
    const { user } = addStaleUser(simulation, name, { owner, account, ageDays: 90 - day })
    if (day % 2 === 1) user.path = '/ci/'
  }

/** The days on which Ann was reminded of one of her keys, in the order in which they became stale. */
function daysOf(simulation: Simulation, index: number): string {
  const key = [...simulation.estate.keys.values()][index]
  return simulation.letters.all
    .filter(({ kind, named }) => kind === 'nag' && named.some((id) => id === key?.id))
    .map(({ at }) => Math.floor((at - startsAt) / dayMs))
    .join(' ')
}

/** Ann was reminded of her keys on these days: a text for each key. */
const remindedOn =
  (...wanted: readonly string[]) =>
  (simulation: Simulation): void => {
    for (const [index, days] of wanted.entries()) {
      const was = daysOf(simulation, index)
      if (was === days) continue
      simulation.checks.violated('I9', `Ann was reminded of key ${index} on the days ${was}`)
    }
  }

/** A person gets one reminder in a period, with all keys in it. */
export const reminderPeriods: readonly Story[] = [
  story(
    'the keys of one owner become stale on five days',
    'Ann has five keys, and reads of all of them in one message a week.',
    {
      organization: patient,
      begin: all(
        ...[1, 2, 3, 4].map((day) => keyOfAnn(day)),
        after(20, 23, remindedOn('0 7 14', '7 14', '7 14', '7 14', '7 14')),
      ),
      days: 22,
      facts: ['nagging nagged', 'nagging reminder-waits'],
      isQuiet: true,
    },
  ),
  story(
    'one owner has keys in five accounts under two policies',
    'Ann reads of the keys of both policies and of all accounts in one message a week.',
    {
      organization: twoPolicies,
      begin: all(
        keyOfAnn(1, '222222222222'),
        keyOfAnn(2, '333333333333'),
        keyOfAnn(3, '444444444444'),
        keyOfAnn(4, '555555555555'),
        after(20, 23, remindedOn('0 7 14', '7 14', '7 14', '7 14', '7 14')),
      ),
      days: 22,
      facts: ['nagging nagged', 'nagging reminder-waits'],
      isQuiet: true,
    },
  ),
  story(
    'the week of a reader begins with several messages',
    'A message names two keys, so that Ann gets three: a week later all of her keys are named again.',
    {
      organization: patient,
      keysPerLetter: 2,
      begin: all(
        ...Array.from({ length: 4 }, () => keyOfAnn(0)),
        after(13, 23, remindedOn('0 7', '0 7', '0 7', '0 7', '0 7')),
      ),
      days: 14,
      facts: ['nagging nagged'],
    },
  ),
  story(
    'a second key has to be announced at once',
    'Ann has had a reminder, and another key becomes stale: its deactivation would come later if Ann read of it a week after the first, so she reads of it at once.',
    {
      organization: enforcing('deactivate', byMail, { atDay: 101, installationGraceDays: 7 }),
      begin: all(keyOfAnn(2), after(3, 0, remindedOn('0', '2'))),
      days: 16,
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'an urgent key comes between two reminders of an escalated one',
    'Ann has to read of a second key on the third day: the reminder of the first one, which was escalated, waits until a week after that.',
    {
      organization: told,
      begin: all(keyOfAnn(3), after(11, 0, remindedOn('0 10', '3 10'))),
      facts: ['nagging escalated', 'escalated reminder-waits'],
    },
  ),
  story(
    'a key of which Ann read some days ago is taken along',
    'The second reminder of the first key is due, on which its date stands: it names the other key too, so that both have the same day from then on.',
    {
      organization: twice,
      begin: all(keyOfAnn(3), after(14, 23, remindedOn('0 7', '3 7 14'))),
      days: 16,
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'a date that does not stand comes before the period is over',
    'Ann goes by a date that does not stand, and has just read of another key: she reads of the first one again before that date.',
    {
      organization: soon,
      begin: all(
        keyOfAnn(1),
        after(2, 0, (simulation) => configure(simulation, late)),
        after(5, 0, remindedOn('0 4', '1')),
      ),
    },
  ),
  story(
    'a second key is replaced soon',
    'Another key becomes stale two days after a reminder, and is replaced a week later: Ann has most of that time.',
    {
      organization: rotatingUnder(byMail, { atDay: 97 }),
      begin: all(keyOfAnn(2), after(3, 0, remindedOn('0', '2'))),
      days: 16,
    },
  ),
  story(
    'the last reminder has come back',
    'The mail about the first key comes back, so Ann has read nothing: she reads of the second key as soon as it is stale.',
    {
      organization: patient,
      begin: all(keyOfAnn(2), mailComesBack(minuteMs, 12), after(3, 0, remindedOn('0', '2'))),
      facts: ['nagging delivery-withdrawn'],
    },
  ),
]
