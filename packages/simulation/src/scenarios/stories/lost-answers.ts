import { dayMs, hourMs, minuteMs, secondMs } from '@keynag/core'
import type { Deed } from '../../people.ts'
import { organizationOf } from '../estate-of.ts'
import { startsAt, type Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { aSecondLater, all, answerLost, does, holdAll, inPhase } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

type Beginning = (simulation: Simulation) => void

const rollsBackIn =
  (minutes: number): Beginning =>
  (simulation) =>
    simulation.later(minutes * minuteMs, () => does('rolls a deactivation back')(simulation))

const deeds: readonly Deed[] = [
  'freezes keynag for two days',
  'only notifies for two days',
  'goes back to a dry run for a day',
  'exempts a key for a day',
]

const meanwhile: readonly (readonly [string, Beginning])[] = [
  ...deeds.map((deed) => [`somebody ${deed}`, aSecondLater(deed)] as const),
  [
    'an operator holds the key',
    (simulation) => simulation.later(secondMs, () => holdAll(simulation)),
  ],
]

const organizations = {
  deactivated: enforcing('deactivate'),
  'to be deleted': enforcing('delete'),
  replaced: organizationOf(),
} as const

/**
 * A change takes effect, its answer is lost, and somebody else acts before the recovery: what keynag
 * did is recorded as done by keynag, its owner is told, and it can be rolled back.
 */
const changedByKeynag: readonly Story[] = Object.entries(organizations).flatMap(
  ([what, organization]) => [
    ...meanwhile.map(([name, deed]) =>
      story(
        `the answer to a deactivation is lost, and ${name}: the key is ${what}`,
        'keynag finds out that it was keynag who deactivated the key, and records that.',
        {
          organization,
          script: [{ ...answerLost('mutations.deactivate'), deed }],
          facts: [what === 'replaced' ? 'issued deactivated' : 'nagging deactivated'],
          days: 20,
        },
      ),
    ),
    story(
      `the answer to a deactivation is lost, and an operator rolls back during a freeze: the key is ${what}`,
      'keynag has not recorded the deactivation yet: the rollback records it, and then reactivates the key.',
      {
        organization,
        script: [
          {
            ...answerLost('mutations.deactivate'),
            deed: all(aSecondLater('freezes keynag for two days'), rollsBackIn(9)),
          },
          { at: 'rotate iam.deactivatedBy', fault: { kind: 'stale' } },
        ],
        facts: [
          what === 'replaced' ? 'issued deactivated' : 'nagging deactivated',
          'deactivated rolled-back',
        ],
        holds: ['rolled-back'],
        days: 8,
      },
    ),
  ],
)

/** For three hours no delivery gets through, until its message is a dead letter. */
const rotatorIsDown: Cue<Simulation> = {
  at: 'rotate ledger.rotation',
  when: (simulation) =>
    inPhase('deactivating')(simulation) && simulation.now < startsAt + dayMs + 4 * hourMs,
  fault: { kind: 'throttle' },
}

export const lostAnswers: readonly Story[] = [
  ...changedByKeynag,
  story(
    'nobody repeats the delivery whose answer is lost, and the policy only notifies',
    'The message is a dead letter by now: the sweeper sees the open intent, and keynag settles it before the next scan.',
    {
      organization: enforcing('deactivate'),
      script: [
        { ...answerLost('mutations.deactivate'), deed: aSecondLater('only notifies for two days') },
        rotatorIsDown,
      ],
      facts: ['nagging deactivated'],
      days: 2,
    },
  ),
  story(
    'the answer is lost, CloudTrail is late, and the policy only notifies',
    'keynag looks again as soon as CloudTrail may tell, although the policy has nothing due.',
    {
      organization: enforcing('deactivate'),
      script: [
        { ...answerLost('mutations.deactivate'), deed: aSecondLater('only notifies for two days') },
        {
          at: 'rotate iam.deactivatedBy',
          when: ({ now }) => now < startsAt + dayMs + 2 * hourMs,
          fault: { kind: 'stale' },
        },
      ],
      recoveries: ['trail-awaited'],
      facts: ['nagging deactivated'],
      days: 2,
    },
  ),
  story(
    'nobody repeats the delivery whose answer is lost, and an operator holds the key',
    'The next scan sees the key Inactive: it leaves it to the rotator to find out that keynag had deactivated it.',
    {
      organization: enforcing('deactivate'),
      script: [
        {
          ...answerLost('mutations.deactivate'),
          deed: (simulation) => simulation.later(secondMs, () => holdAll(simulation)),
        },
        rotatorIsDown,
      ],
      facts: ['nagging deactivated'],
      days: 4,
    },
  ),
  story(
    'the owner deactivates a key that keynag was about to deactivate',
    'The function crashes before it deactivates the key, and the owner deactivates it: keynag finds no trace of a call of its own, and resolves the key as deactivated by its owner.',
    {
      organization: enforcing('delete'),
      script: [
        {
          at: 'mutations.deactivate',
          nth: 1,
          fault: { kind: 'crash-before' },
          deed: aSecondLater('deactivates a key'),
        },
      ],
      facts: ['nagging resolved'],
      never: ['nagging deactivated'],
    },
  ),
]
