import { AccountId, hourMs, minuteMs, secondMs } from '@keynag/core'
import { freeze, unfreeze } from '../../operator.ts'
import { startsAt } from '../../scenario.ts'
import { addStaleUser } from '../estate-of.ts'
import {
  after,
  all,
  crashAfter,
  does,
  heardThatTheDateIsOff,
  freezeBetween,
  inPhase,
} from './cues.ts'
import { longGraces, enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const threeDays = { installationGraceDays: 3, recoveryGraceDays: 3 }

/** Freezes, windows and caps delay a change. */
export const freezesWindowsCaps: readonly Story[] = [
  ...(['opened', 'prepared', 'replaced', 'deactivated'] as const).map((phase) =>
    story(
      `a freeze while ${phase}`,
      'An operator freezes keynag in the middle of a rotation: no step begins before the freeze ends.',
      {
        script: [
          {
            at: 'rotate iam.userInFull',
            nth: 1,
            when: inPhase(phase),
            deed: does('freezes keynag for seven hours'),
          },
        ],
      },
    ),
  ),
  story(
    'a freeze before the orphan is off',
    'An operator freezes keynag before it deactivates the orphan: keynag deactivates the orphan after the freeze.',
    {
      script: [
        crashAfter('mutations.create'),
        {
          at: 'rotate iam.makerOf',
          nth: 1,
          when: ({ now }) => now > startsAt + 75 * minuteMs,
          deed: does('freezes keynag for seven hours'),
        },
      ],
      recoveries: ['orphan-off-again'],
    },
  ),
  story(
    'a freeze before anything',
    'An operator freezes keynag before the rotation begins: no rotation begins before the freeze ends.',
    { begin: after(0, 1.05, does('freezes keynag for seven hours')) },
  ),
  ...(
    [
      ['deactivation of a replaced key', rotatingUnder({}, longGraces), 3, 'issued deactivated'],
      [
        'deactivation',
        enforcing('deactivate', {}, { installationGraceDays: 3 }),
        3,
        'nagging deactivated',
      ],
      ['deletion', enforcing('delete', {}, threeDays), 6, 'deactivated deleted'],
    ] as const
  ).map(([what, organization, onDay, deed]) =>
    story(
      `a freeze over the date of a ${what}`,
      'An operator freezes keynag for nine days, and the date that Ann read comes meanwhile: keynag tells her a new date, and keeps to it after the freeze.',
      {
        organization,
        days: 30,
        begin: all(
          freezeBetween(onDay - 0.5, onDay + 8.5),
          after(onDay + 2, 0, heardThatTheDateIsOff),
        ),
        facts: [`${deed.split(' ')[0]} called-off`, deed],
      },
    ),
  ),
  ...(
    [
      ['account', { kind: 'account', accountId: AccountId.parse('111111111111') }],
      ['policy', { kind: 'policy', policy: 'rotate' }],
    ] as const
  ).map(([what, scope]) =>
    story(
      `a freeze of one ${what} over the date of a deactivation`,
      'An operator freezes only the account or the policy of the key: that stops keynag as a freeze of everything does, and Ann learns that her date moves.',
      {
        organization: rotatingUnder({}, longGraces),
        days: 30,
        begin: all(freezeBetween(2.5, 11.5, scope), after(5, 0, heardThatTheDateIsOff)),
        facts: ['issued called-off', 'issued deactivated'],
      },
    ),
  ),
  story(
    'a freeze of another account and of another policy',
    'An operator freezes an account and a policy that the key is not in: keynag goes on with the key.',
    {
      begin: all(
        freezeBetween(0, 20, { kind: 'account', accountId: AccountId.parse('222222222222') }),
        freezeBetween(0, 20, { kind: 'policy', policy: 'another' }),
      ),
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'a freeze between create and store',
    'An operator freezes keynag between create and store: keynag still stores the secret.',
    {
      script: [{ at: 'handovers.store', nth: 1, deed: does('freezes keynag for seven hours') }],
    },
  ),
  story(
    'the window closes meanwhile',
    'The window closes while a delivery is at work: keynag makes the change in the next window.',
    {
      organization: rotatingUnder({}, { window: { from: '05:00', to: '05:22' } }),
      days: 16,
      script: [
        {
          at: 'rotate iam.userInFull',
          nth: 1,
          when: inPhase('replaced'),
          fault: { kind: 'delay', ms: 200 * secondMs },
        },
        {
          at: 'rotate iam.userInFull',
          nth: 1,
          when: inPhase('prepared'),
          fault: { kind: 'delay', ms: 250 * secondMs },
        },
      ],
    },
  ),
  story(
    'the window closes before the create',
    'The window closes before the create: keynag creates the key in the next window.',
    {
      organization: rotatingUnder({}, { window: { from: '05:00', to: '05:12' } }),
      days: 16,
      script: [
        {
          at: 'rotate iam.userInFull',
          nth: 1,
          when: inPhase('prepared'),
          fault: { kind: 'delay', ms: 200 * secondMs },
        },
      ],
    },
  ),
  story(
    'one key a day, and a backlog',
    'The cap is one key per day, and three keys become due together: keynag changes one key per day.',
    {
      organization: rotatingUnder({ caps: { perDay: 1 } }, longGraces),
      days: 26,
      begin: (simulation) => {
        addStaleUser(simulation, 'bob')
        addStaleUser(simulation, 'eve')
        // All are due at once when it is lifted.
        freezeBetween(2.9, 6)(simulation)
        freezeBetween(8.9, 12)(simulation)
      },
    },
  ),
  story(
    'one key an account and a day, and a backlog',
    'The cap is one key per account and day, and two keys become due together: keynag changes one key per day.',
    {
      organization: rotatingUnder({ caps: { perAccountPerDay: 1 } }, longGraces),
      days: 26,
      begin: (simulation) => {
        addStaleUser(simulation, 'bob')
        freezeBetween(2.9, 6)(simulation)
        freezeBetween(8.9, 12)(simulation)
      },
    },
  ),
  story(
    'a rotation begins on one day and creates on another',
    'A rotation begins on one day and creates its key on another: the create counts against the cap of that other day.',
    {
      organization: rotatingUnder({ caps: { perDay: 1 } }),
      days: 20,
      begin: (simulation) => {
        addStaleUser(simulation, 'bob')
      },
      script: [
        {
          at: 'handovers.prepare',
          nth: 1,
          deed: async (simulation) => {
            await freeze(simulation)
            simulation.later(30 * hourMs, () => unfreeze(simulation))
          },
        },
      ],
    },
  ),
  story(
    'a rotation begins before midnight, and its function dies',
    'The window is open over midnight, the cap is one key a day, and the process dies after a rotation has begun. Another key comes due on the next day, on which keynag replaces the first one: it waits for the day after.',
    {
      organization: rotatingUnder(
        { staleAtDay: 80, caps: { perDay: 1, shareOfEstatePerDay: 1 } },
        { ...longGraces, window: { from: '23:54', to: '00:30' } },
      ),
      days: 20,
      begin: (simulation) => {
        // It is 90 days old at the next midnight.
        addStaleUser(simulation, 'bob', { ageDays: 89 })
      },
      script: [crashAfter('handovers.prepare')],
    },
  ),
  ...(['deactivate', 'delete'] as const).map((kind) =>
    story(
      `a rotation to ${kind} waits over midnight`,
      'A rotation begins on one day and changes its key on another: the change counts against the cap of that other day.',
      {
        organization: enforcing(kind, { caps: { perDay: 1 } }),
        days: 20,
        begin: (simulation) => {
          addStaleUser(simulation, 'bob')
        },
        script: [
          {
            at: 'rotate iam.userInFull',
            nth: 1,
            deed: async (simulation) => {
              await freeze(simulation)
              simulation.later(25 * hourMs, () => unfreeze(simulation))
            },
          },
        ],
      },
    ),
  ),
]
