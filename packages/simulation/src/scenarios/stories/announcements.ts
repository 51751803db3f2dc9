import { dayMs, hourMs, plusDays, secondMs } from '@keynag/core'
import { hintNotices } from '../../hints.ts'
import { operate } from '../../operator.ts'
import { startsAt } from '../../scenario.ts'
import { configure } from '../../people.ts'
import { addStaleUser, organizationOf, rotating } from '../estate-of.ts'
import {
  after,
  all,
  canBeReached,
  cannotBeReached,
  does,
  hasNotYet,
  securityHeardOf,
} from './cues.ts'
import { enforcing, longGraces, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const withFallback = (fields: object) =>
  organizationOf([
    { name: 'rotate', mode: 'enforce', nag: { everyDays: 1, via: ['email', '#keys'] }, ...fields },
  ])

const enforcingAfterThree = enforcing('deactivate', { nag: { everyDays: 1 } }, { afterNags: 3 })
const slow = { installationGraceDays: 5 }

/** The owner switches the key off after the first day's scan, and on again before another one. */
const offAndOn = [
  [
    'after its replacement was announced',
    {
      organization: rotatingUnder({}, { ...slow, retentionDays: 6 }),
      begin: all(
        after(1, 12, does('deactivates a key')),
        after(3, 12, does('reactivates a key')),
        after(7, 12, hasNotYet('deactivated')),
      ),
      facts: ['issued deactivated'],
      days: 20,
    },
  ],
  [
    'right before its deactivation',
    {
      organization: rotatingUnder({}, { ...slow, retentionDays: 6 }),
      begin: all(
        after(1, 12, does('deactivates a key')),
        after(5, 1.05, does('reactivates a key')),
        after(9, 12, hasNotYet('deactivated')),
      ),
      facts: ['issued deactivated'],
      days: 20,
    },
  ],
  ...(
    [
      ['while keynag makes its replacement', 1, 12],
      ['right before keynag goes on to make its replacement', 2, 1.05],
    ] as const
  ).map(
    ([when, days, hours]) =>
      [
        when,
        {
          organization: rotatingUnder({}),
          script: [{ at: 'handovers.prepare', nth: 1, deed: does('freezes keynag for two days') }],
          begin: all(
            after(0, 12, does('deactivates a key')),
            after(days, hours, does('reactivates a key')),
          ),
          facts: ['issuing observed', 'issuing rotation-abandoned', 'issued deactivated'],
        },
      ] as const,
  ),
  [
    'under a policy that covers Inactive keys too',
    {
      organization: enforcing('deactivate', { keys: 'all' }, { installationGraceDays: 8 }),
      begin: all(
        after(1, 12, does('deactivates a key')),
        after(3, 12, does('reactivates a key')),
        after(10, 12, hasNotYet('deactivated')),
      ),
      facts: ['nagging deactivated'],
      days: 20,
    },
  ],
] as const

/** Whether the owner gets the warning and the announcement of the replacement. */
export const announcements: readonly Story[] = [
  story(
    'an owner has keys under a policy that posts to a channel and under one that rotates',
    'One key of Ann is only posted in a channel, and the policy of another one rotates: keynag writes to Ann about the other one before it acts.',
    {
      organization: organizationOf([
        {
          name: 'programs',
          mode: 'enforce',
          match: { paths: ['/ci/'] },
          nag: { everyDays: 1, via: ['#access-keys'] },
        },
        { ...rotating, nag: { everyDays: 1, via: ['email'] } },
      ]),
      begin: (simulation) => {
        const { user } = addStaleUser(simulation, 'ci', { ageDays: 200, owner: 'ann@example.com' })
        user.path = '/ci/'
      },
      facts: ['nagging rotation-opened'],
    },
  ),
  story(
    'no reminder reaches the owner, and each is posted in a channel',
    'keynag posts in a channel what Ann does not get: it does not escalate after these posts, and when the policy enforces, Ann gets every reminder that it requires.',
    {
      organization: withFallback({ escalation: [{ afterNags: 2, to: 'security' }] }),
      begin: all(
        after(0, 0, cannotBeReached),
        after(3, 12, canBeReached),
        after(3, 12, (simulation) => configure(simulation, enforcingAfterThree)),
        after(5, 12, hasNotYet('deactivated')),
      ),
      facts: ['nagging posted', 'nagging deactivated'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'an escalated key is posted in a channel',
    'keynag has escalated by the age of the key, and goes on posting in the channel.',
    {
      organization: withFallback({ escalation: [{ atDay: 96, to: 'security' }] }),
      begin: after(0, 0, cannotBeReached),
      facts: ['escalated posted'],
    },
  ),
  story(
    'a policy stops posting to a channel and begins to enforce, and no scan has run',
    'A policy for a Slack channel is changed to warn each owner, and its accounts are not scanned meanwhile: nobody is warned by the message to another owner.',
    {
      organization: organizationOf([
        {
          name: 'rotate',
          mode: 'enforce',
          nag: { everyDays: 1, via: ['#access-keys'], oneMessagePer: 'policy' },
        },
      ]),
      begin: all(
        (simulation) => void addStaleUser(simulation, 'bob'),
        after(0, 6, (simulation) => {
          configure(
            simulation,
            organizationOf([{ ...rotating, nag: { everyDays: 1, via: ['email'] } }]),
          )
          void does('suspends the account for a day')(simulation)
        }),
      ),
      facts: ['nagging rotation-opened'],
    },
  ),
  story(
    'nobody can be reached',
    'No message reaches the owner: keynag enforces nothing and holds the key.',
    {
      organization: rotatingUnder({ nag: { everyDays: 1 } }),
      begin: ({ unreachable }) => void unreachable.add('ann@example.com'),
      holds: ['owner-unreachable'],
    },
  ),
  ...offAndOn.map(([when, fields]) =>
    story(
      `a key is switched off and on again ${when}`,
      'The owner switches the key off, a scan sees that, and the owner switches it on again: nothing that was announced before counts.',
      fields,
    ),
  ),
  story(
    'an owner has more keys than one message can name',
    'The owner has five keys and a message names two: keynag sends three messages, and deactivates only keys that a message named.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 7 } }),
      keysPerLetter: 2,
      begin: (simulation) => {
        for (const [index, name] of ['bob', 'carl', 'dora', 'emil'].entries()) {
          addStaleUser(simulation, name, { owner: 'ann@example.com', ageDays: 96 + index })
        }
      },
      facts: ['nagging nagged', 'nagging deactivated'],
      isQuiet: true,
    },
  ),
  story(
    'an owner has more keys than a post on Slack names',
    'The owner has fourteen keys and reads Slack: keynag names each of them, by several posts, before it deactivates it.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 7, via: ['slack'] } }),
      begin: (simulation) => {
        for (let index = 0; index < 13; index += 1) {
          const user = { owner: 'ann@example.com', ageDays: 96 + index }
          addStaleUser(simulation, `program-${index}`, user)
        }
      },
      facts: ['nagging nagged', 'nagging deactivated'],
      isQuiet: true,
    },
  ),
  story(
    'nobody can be told of the replacement',
    'The announcement of the replacement reaches nobody: keynag does not deactivate the old key and holds it.',
    {
      script: [
        {
          at: 'handovers.store',
          nth: 1,
          deed: ({ unreachable }) => void unreachable.add('ann@example.com'),
        },
      ],
      holds: ['owner-unreachable'],
    },
  ),
  story(
    'the owner can be told of the replacement two days later',
    'The announcement of the replacement reaches the owner two days later, after a release: the grace begins then.',
    {
      script: [
        {
          at: 'handovers.store',
          nth: 1,
          deed: (simulation) => {
            simulation.unreachable.add('ann@example.com')
            simulation.later(2 * dayMs, () => simulation.unreachable.clear())
            simulation.later(2 * dayMs + hourMs, () => does('releases every hold')(simulation))
          },
        },
      ],
      facts: ['issued replacement-delivered'],
    },
  ),
  story(
    'two deliveries have the same news',
    'Two deliveries want to send the same announcement: the owner gets it once.',
    {
      script: [
        {
          at: 'messenger.send',
          nth: 2,
          fault: { kind: 'delay', ms: 5 * secondMs },
          deed: (simulation) => hintNotices(simulation),
        },
      ],
    },
  ),
  story(
    'the news waits for a day',
    'The channels refuse the announcement for a day: the grace begins when it is delivered.',
    {
      script: [
        {
          at: 'messenger.send',
          fault: { kind: 'throttle' },
          when: ({ now, books }) =>
            now < startsAt + 30 * hourMs &&
            [...books.entries.values()].some(({ state }) => state === 'issued'),
        },
      ],
    },
  ),
  story(
    'the grace is shortened after the announcement of the replacement',
    'The owner is told the date on which the old key stops working, and then an operator shortens the grace: keynag deactivates the key on the announced date.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: after(1, 0, (simulation) => {
        configure(simulation, rotatingUnder({}, { ...longGraces, installationGraceDays: 1 }))
      }),
      facts: ['issued replacement-delivered', 'issued deactivated'],
    },
  ),
  ...(['rotate', 'delete', 'deactivate'] as const).map((kind) =>
    story(
      `nobody can be told of the deactivation, policy ${kind}`,
      'The channels refuse the message about the deactivation: keynag holds the key, tells security, and does not delete the key.',
      {
        organization: kind === 'rotate' ? rotatingUnder({}) : enforcing(kind),
        begin: all(after(1, 0, cannotBeReached), after(4, 0, securityHeardOf(1))),
        holds: ['owner-unreachable'],
        never: ['deactivated deleted'],
      },
    ),
  ),
  story(
    'the owner of a deactivated key can be told again',
    'The channels refuse the message about the deactivation, and an operator corrects the address and releases the hold: keynag tells the owner, and deletes the key a whole grace later.',
    {
      begin: all(
        after(1, 0, cannotBeReached),
        after(3, 0, canBeReached),
        after(3, 1, does('releases every hold')),
      ),
      holds: ['owner-unreachable'],
      facts: ['deactivated deactivation-delivered', 'deactivated deleted'],
    },
  ),
  story(
    'the owner of a deactivated key changes before the deletion',
    'The user gets another owner after the deactivation: keynag tells the new owner the date before it deletes the key.',
    {
      organization: rotatingUnder({}, { recoveryGraceDays: 3 }),
      begin: after(2, 0, does('gives the user another owner')),
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'the policy learns to delete after the deactivation',
    'The policy deletes nothing, and later it deletes: keynag tells the owner the date before it deletes the key.',
    {
      organization: enforcing('deactivate'),
      begin: after(3, 0, (simulation) => {
        simulation.organization = enforcing('delete')
      }),
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'the message about the deactivation is late, and the key is rolled back',
    'The channels fail while the message about the deactivation is due, and an operator rolls the key back: nobody is told of a deactivation that is over.',
    {
      script: [
        {
          at: 'messenger.send',
          fault: { kind: 'throttle' },
          when: ({ now, books }) =>
            now < startsAt + 50 * hourMs &&
            [...books.entries.values()].some(({ state }) => state === 'deactivated'),
        },
      ],
      begin: after(1, 6, does('rolls a deactivation back')),
      holds: ['rolled-back'],
    },
  ),
  story(
    'the news is late, and the key is exempt by then',
    'The channels fail while the news of the replacement is due, and an operator exempts the key: the owner is not told a date until the exemption is over.',
    {
      script: [
        {
          at: 'messenger.send',
          fault: { kind: 'throttle' },
          when: ({ now, books }) =>
            now < startsAt + 20 * hourMs &&
            [...books.entries.values()].some(({ state }) => state === 'issued'),
        },
      ],
      begin: after(0, 3, does('exempts a key for a day')),
      facts: ['issued exempted', 'deactivated deleted'],
    },
  ),
  story(
    'the owner has a key in dry run and an exempt key',
    'The owner of a stale key has another key under a policy in dry run, and an exempt one: the reminder does not name the one and announces nothing of the other.',
    {
      organization: organizationOf([
        {
          ...rotating,
          match: { accounts: ['111111111111'] },
          nag: { everyDays: 1 },
          enforce: { kind: 'deactivate', atDay: 90, installationGraceDays: 3, inUseDays: 0.5 },
        },
        { ...rotating, name: 'watch', mode: 'dry-run' },
      ]),
      begin: (simulation) => {
        addStaleUser(simulation, 'bob', { owner: 'ann@example.com', account: '222222222222' })
        const { key } = addStaleUser(simulation, 'cy', { owner: 'ann@example.com' })
        simulation.later(2 * hourMs, () =>
          operate(simulation, key.id, (now) => ({
            kind: 'exempted',
            until: plusDays(now, 4),
            approver: 'olga',
            why: 'an audit',
          })),
        )
        after(1, 0, (later) => {
          addStaleUser(later, 'di', { owner: 'ann@example.com' })
        })(simulation)
      },
    },
  ),
  story(
    'the owner changes after the warning',
    'The user gets another owner after the warning: keynag warns the new owner before it deactivates the key.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: after(0, 5, does('gives the user another owner')),
    },
  ),
  story(
    'the owner changes after the news of the replacement',
    'The user gets another owner after the first one was told of the replacement: keynag tells the new owner, and deactivates the old key a whole grace later.',
    {
      begin: after(0, 5, does('gives the user another owner')),
      facts: ['issued deactivated'],
    },
  ),
]
