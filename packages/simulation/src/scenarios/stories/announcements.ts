import { dayMs, hourMs, secondMs } from '@keynag/core'
import { hintNotices } from '../../hints.ts'
import { startsAt } from '../../scenario.ts'
import { addStaleUser } from '../estate-of.ts'
import { after, does } from './cues.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** Whether the owner gets the warning and the announcement of the replacement. */
export const announcements: readonly Story[] = [
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
