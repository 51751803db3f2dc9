import { dayMs, hourMs, secondMs } from '@keynag/core'
import { hintNotices } from '../../hints.ts'
import { startsAt } from '../../scenario.ts'
import { configure } from '../../people.ts'
import { after, all, does } from './cues.ts'
import { addStaleUser, organizationOf, rotating } from '../estate-of.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

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
    'the owner changes after the warning',
    'The user gets another owner after the warning: keynag warns the new owner before it deactivates the key.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: after(0, 5, does('gives the user another owner')),
    },
  ),
]
