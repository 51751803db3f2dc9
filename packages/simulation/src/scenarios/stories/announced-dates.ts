import { minuteMs } from '@keynag/core'
import { keysHeld } from '../../estate.ts'
import { configure, setMode, use } from '../../people.ts'
import type { Simulation } from '../../simulation.ts'
import {
  after,
  all,
  ann,
  canBeReached,
  cannotBeReached,
  does,
  hasNotYet,
  heardOnceThatTheDateIsOff,
  heardThatTheDateIsOff,
  holdAll,
  inPhase,
  mailComesBack,
} from './cues.ts'
import { enforcing, longGraces, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const deletingAfter = (recoveryGraceDays: number) =>
  enforcing('delete', { nag: { everyDays: 1 } }, { recoveryGraceDays })

const onDayOnly = (day: string) => rotatingUnder({}, { ...longGraces, window: { on: [day] } })

/** The owner read a date, and something comes in between. */
export const announcedDates: readonly Story[] = [
  story(
    'the cap of the policy is zero',
    'The cap lets keynag deactivate no key: keynag goes on reminding Ann, each time with a new date.',
    {
      organization: enforcing('deactivate', {
        nag: { everyDays: 1 },
        caps: { perDay: 0, shareOfEstatePerDay: 1 },
      }),
      never: ['nagging deactivated'],
    },
  ),
  story(
    'the old key is in use on the date of its deactivation',
    'Ann still uses the old key when it was to stop working: keynag holds it, and tells her that the date is off.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: usedDaily,
      holds: ['still-in-use'],
      facts: ['issued called-off'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'a key is held and released before its date',
    'An operator holds a warned key and releases it before the announced date: keynag warns the owner anew, with the full grace.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 1 } },
        { installationGraceDays: 3 },
      ),
      begin: all(after(1, 0, holdAll), after(2, 12, does('releases every hold'))),
      facts: ['nagging called-off', 'nagging deactivated'],
    },
  ),
  story(
    'a key is held for a minute after the news of its replacement',
    'An operator holds the old key and releases it at once: keynag announces the deactivation anew.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(after(1, 0.02, holdAll), after(1, 0.04, does('releases every hold'))),
      facts: ['issued deactivated'],
    },
  ),
  story(
    'a key is held while keynag makes its replacement, and no key was made yet',
    'An operator holds the key before the create, Ann reads that its date is off, and the operator releases it: keynag ends the rotation and warns Ann anew.',
    {
      organization: rotatingUnder({ nag: { everyDays: 2 } }, longGraces),
      begin: after(3, 0, does('releases every hold')),
      script: [{ at: 'rotate iam.userInFull', nth: 1, when: inPhase('prepared'), deed: holdAll }],
      facts: [
        'issuing called-off',
        'issuing rotation-abandoned',
        'escalated nagged',
        'escalated rotation-opened',
      ],
      days: 20,
    },
  ),
  story(
    'a key is held for a minute while keynag makes its replacement',
    'An operator holds the key before the create and releases it at once: keynag ends the rotation and warns Ann anew.',
    {
      organization: rotatingUnder({ nag: { everyDays: 2 } }, longGraces),
      script: [
        {
          at: 'rotate iam.userInFull',
          nth: 1,
          when: inPhase('prepared'),
          deed: async (simulation) => {
            await holdAll(simulation)
            simulation.later(minuteMs, () => does('releases every hold')(simulation))
          },
        },
      ],
      facts: ['issuing rotation-abandoned', 'escalated nagged', 'escalated rotation-opened'],
      days: 20,
    },
  ),
  story(
    'a warned key is exempt',
    'An operator exempts a warned key: keynag tells the owner that the date is off, and warns anew afterwards.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: after(0, 5, does('exempts a key for a day')),
      facts: ['nagging called-off', 'nagging deactivated'],
    },
  ),
  story(
    'the policy stops enforcing after the news of the replacement',
    'The policy goes back to notify: keynag tells the owner that the old key does not stop working on the date, and says a new date when the policy enforces again.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(1, 0, (simulation) => setMode(simulation, 'notify')),
        after(7, 0, (simulation) => setMode(simulation, 'enforce')),
      ),
      days: 20,
      facts: ['issued called-off', 'deactivated deleted'],
    },
  ),
  story(
    'the owner deletes the old key before its date',
    'Ann deletes the old key herself: keynag tells her that nothing more comes.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: after(1, 0, does('deletes the old key')),
      facts: ['resolved called-off'],
    },
  ),
  story(
    'a deactivated key is switched on again before its deletion',
    'Somebody switches the key on again: keynag holds it, and tells the owner that the deletion is off.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: after(5, 0, does('reactivates a key')),
      holds: ['reactivated'],
      facts: ['deactivated called-off'],
    },
  ),
  story(
    'the owner changes, and nothing comes of the date',
    'Ann was warned, and the key gets another owner under a policy that only notifies: keynag tells Ann once that what it told her does not count any more.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: all(
        after(0, 5, does('gives the user another owner')),
        after(0, 5, (simulation) => setMode(simulation, 'notify')),
        after(5, 0, heardOnceThatTheDateIsOff),
      ),
      never: ['nagging called-off', 'nagging deactivated'],
    },
  ),
  story(
    'the owner loses a key whose replacement was announced',
    'Ann was told when the old key stops working, and the key gets another owner: keynag tells Ann that what it told her does not count any more.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(0, 5, does('gives the user another owner')),
        after(5, 0, heardOnceThatTheDateIsOff),
      ),
    },
  ),
  story(
    'the owner changes after the secret of the replacement was retired',
    'Ann has installed the replacement, keynag has retired its secret and waits because the old key was in use, and the key gets another owner: keynag tells the new owner that keynag made the replacement.',
    {
      organization: rotatingUnder(
        {},
        { ...longGraces, retentionDays: 3, whenInUse: 'wait', inUseDays: 2 },
      ),
      begin: all(
        after(2, 12, (simulation) => use(simulation, keysHeld(ann(simulation))[0])),
        after(3, 12, does('gives the user another owner')),
      ),
      days: 20,
      facts: ['issued secret-retired', 'issued replacement-delivered', 'issued deactivated'],
    },
  ),
  story(
    'an owner loses a key and gets it back',
    'Ann was warned, loses the key for two days and gets it back: keynag tells her that the first date does not count, and warns her anew before it deactivates the key.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 1 } },
        { installationGraceDays: 5 },
      ),
      begin: all(
        after(0, 5, does('gives the user another owner')),
        after(2, 5, (simulation) =>
          simulation.estate.tag(ann(simulation), { owner: 'ann@example.com' }),
        ),
        after(3, 0, heardOnceThatTheDateIsOff),
        after(7, 0, hasNotYet('deactivated')),
      ),
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'the rotator finds another owner right before the deactivation',
    'keynag is about to deactivate the key, and IAM shows that it has another owner: keynag tells Ann that what it told her does not count any more.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: after(6, 0, heardOnceThatTheDateIsOff),
      script: [{ at: 'rotate iam.userInFull', nth: 1, deed: does('gives the user another owner') }],
    },
  ),
  story(
    'a deletion is moved to a later date, which then stands',
    'The recovery grace becomes 30 days, keynag tells Ann the new date, and the grace becomes 4 days again: keynag does not delete the key before the date that she read last.',
    {
      organization: deletingAfter(4),
      begin: all(
        after(3, 0, (simulation) => configure(simulation, deletingAfter(30))),
        after(4, 0, (simulation) => configure(simulation, deletingAfter(4))),
        after(30, 0, hasNotYet('deleted')),
      ),
      days: 40,
      facts: ['deactivated called-off', 'deactivated deleted'],
    },
  ),
  story(
    'a deactivation is moved by a window that goes away again',
    'A window moves the deactivation by days, keynag tells Ann, and the window goes away: the old key works until the date that she read last.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(1, 0, (simulation) => configure(simulation, onDayOnly('wednesday'))),
        after(3, 12, (simulation) => configure(simulation, rotatingUnder({}, longGraces))),
        after(7, 0, hasNotYet('deactivated')),
      ),
      days: 20,
      facts: ['issued called-off', 'deactivated deleted'],
    },
  ),
  story(
    'no channel takes the message that a date is off',
    'For six hours no message reaches Ann, who read a date, and an operator holds the key: keynag tells her the next day that the date is off.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(1, 0, cannotBeReached),
        after(1, 0.01, holdAll),
        after(1, 6, canBeReached),
        after(3, 0, heardThatTheDateIsOff),
      ),
      facts: ['issued called-off'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the mail that a date is off comes back',
    'An operator holds the key, and the mail that tells Ann so comes back: keynag tells her the next day that the date is off.',
    {
      organization: rotatingUnder({ nag: { everyDays: 7, via: ['email'] } }, longGraces),
      begin: all(
        after(1, 0, mailComesBack(minuteMs, 6)),
        after(1, 0.01, holdAll),
        after(3, 0, heardThatTheDateIsOff),
      ),
      facts: ['issued called-off'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'a key is held again before the owner has heard of the first hold',
    'No channel takes the message that the date is off, an operator releases the key, and so the message is not true any more. Then the key is held again: Ann hears that the date is off.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 3 } },
        { installationGraceDays: 5 },
      ),
      begin: all(
        after(0, 3, cannotBeReached),
        after(0, 3, holdAll),
        after(1, 2, does('releases every hold')),
        after(1, 2.5, canBeReached),
        after(1, 6, holdAll),
        after(3, 0, heardThatTheDateIsOff),
      ),
      facts: ['nagging called-off'],
    },
  ),
]

/** A program uses Ann's older key every day. */
function usedDaily(simulation: Simulation): void {
  for (let day = 0; day < 12; day += 1) {
    after(day, 0, (later) => use(later, keysHeld(ann(later))[0]))(simulation)
  }
}
