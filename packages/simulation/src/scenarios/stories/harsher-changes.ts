import { hourMs } from '@keynag/core'
import { configure, setMode } from '../../people.ts'
import type { Simulation } from '../../simulation.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { after, all, hasNotYet, movesToCi } from './cues.ts'
import { enforcing, longGraces, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const weekly = { nag: { everyDays: 7, via: ['email'] } }

const monthlyReminders = { nag: { ...weekly.nag, everyDays: 30 } }

const deletingAfter = (recoveryGraceDays: number, reminders = weekly) =>
  enforcing('delete', reminders, { recoveryGraceDays, installationGraceDays: 3 })

const deletingIn = (window: object) =>
  enforcing('delete', weekly, { recoveryGraceDays: 0, installationGraceDays: 3, window })

/** Until now, no message has said that a deletion comes at once which then took hours. */
const isDeletedAsSaid = ({ books, checks, letters }: Simulation): void => {
  for (const { at, reading } of letters.all) {
    for (const said of reading.statements) {
      if (said.kind !== 'will' || said.deed !== 'delete' || said.when.kind !== 'next run') continue
      const deleted = books.factsOf(said.accessKeyId).find(({ fact }) => fact.kind === 'deleted')
      if (deleted === undefined || deleted.at > at + 3 * hourMs) {
        checks.violated('I14', `the deletion of ${said.accessKeyId} did not come at once`)
      }
    }
  }
}

const replacing = (recoveryGraceDays: number) =>
  rotatingUnder({}, { ...longGraces, recoveryGraceDays })

const monthly = () => enforcing('deactivate', monthlyReminders, { installationGraceDays: 3 })

const deleting = (name: string, enforce: object) => ({
  ...rotating,
  ...weekly,
  name,
  enforce: { kind: 'delete' as const, atDay: 90, inUseDays: 0.5, ...enforce },
})

/** Keys of users of /ci/ go sooner, also where they are in use. */
const strictAndMild = () =>
  organizationOf([
    {
      ...deleting('strict', {
        installationGraceDays: 3,
        recoveryGraceDays: 1,
        whenInUse: 'proceed',
      }),
      match: { paths: ['/ci/'] },
    },
    deleting('mild', { installationGraceDays: 3, recoveryGraceDays: 30 }),
  ])

/** After the warning, the same action becomes harsher than the owner read. */
export const harsherChanges: readonly Story[] = [
  story(
    'a deletion becomes final after its warning',
    'Ann read that keynag deletes the key a month after it stops working. Then the policy deletes at once: keynag warns her of that, with the full grace.',
    {
      organization: deletingAfter(30),
      begin: all(
        after(1, 0, (simulation) => configure(simulation, deletingAfter(0))),
        after(5, 0, hasNotYet('deactivated')),
      ),
      days: 20,
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'a warned user moves to a harsher policy',
    'Ann was warned under one policy and belongs to another one now: its warning comes first.',
    {
      organization: strictAndMild(),
      begin: all(after(2, 0, movesToCi), after(5, 0, hasNotYet('deactivated'))),
      days: 20,
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'a deletion becomes final between two monthly reminders',
    'Ann read that keynag deletes the key a month after it stops working. Then the policy deletes at once, and the next reminder is due in a month: keynag warns her of that before the date that she read.',
    {
      organization: deletingAfter(30, monthlyReminders),
      begin: all(
        after(1, 0, (simulation) => configure(simulation, deletingAfter(0, monthlyReminders))),
        after(5, 0, hasNotYet('deactivated')),
      ),
      days: 10,
      facts: ['nagging nagged', 'deactivated deleted'],
    },
  ),
  story(
    'a replaced key is deleted at once',
    'The policy replaces keys and keeps no deactivated key: the news of the replacement says that the old key is deleted on the day on which it stops working.',
    {
      organization: replacing(0),
      facts: ['issued deactivated', 'deactivated deleted'],
    },
  ),
  story(
    'the deletion of a replaced key becomes final after the news of the replacement',
    'Ann read when her old key stops working, and nothing of a deletion at once. Then the policy deletes at once: keynag tells her so, with the full grace.',
    {
      organization: replacing(3),
      begin: all(
        after(1, 12, (simulation) => configure(simulation, replacing(0))),
        after(4, 0, hasNotYet('deactivated')),
      ),
      facts: ['issued replacement-delivered', 'deactivated deleted'],
    },
  ),
  story(
    'a final deletion moves to a later date',
    'Ann read that keynag deactivates and deletes her key on one day. A window moves that day: the message about the new date says so of the deletion too.',
    {
      organization: deletingAfter(0),
      begin: after(1, 0, (simulation) => configure(simulation, deletingIn({ on: ['wednesday'] }))),
      days: 20,
      facts: ['nagging called-off', 'deactivated deleted'],
    },
  ),
  story(
    'the window closes between a deactivation and its deletion',
    'The window closes a few minutes after keynag deactivates the key, and a deletion first needs the proof of that: the message about the deactivation says that the deletion comes in the next window.',
    {
      organization: deletingIn({ from: '02:00', to: '05:15' }),
      begin: after(6, 0, isDeletedAsSaid),
      facts: ['deactivated deleted'],
      never: ['deactivated called-off'],
    },
  ),
  story(
    'a policy deletes at once after it has only deactivated',
    'Ann read that her key stays Inactive. Then the policy deletes at once: keynag tells her the date, with the full grace of a warning.',
    {
      organization: enforcing('deactivate', weekly, { installationGraceDays: 3 }),
      begin: all(
        after(5, 0, (simulation) => configure(simulation, deletingAfter(0))),
        after(8, 0, hasNotYet('deleted')),
      ),
      days: 20,
      facts: ['deactivated deactivation-delivered', 'deactivated deleted'],
    },
  ),
  story(
    'a policy only notifies between two reminders',
    'The policy only notifies for weeks, and no reminder comes in that time: keynag tells Ann that the date is off, and warns her anew when the policy enforces again.',
    {
      organization: monthly(),
      begin: all(
        after(1, 0, (simulation) => setMode(simulation, 'notify')),
        after(20, 0, (simulation) => setMode(simulation, 'enforce')),
        after(29, 0, hasNotYet('deactivated')),
      ),
      days: 40,
      facts: ['nagging called-off', 'nagging deactivated'],
    },
  ),
]
