import { dayMs, minuteMs, secondMs } from '@keynag/core'
import { use } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import {
  after,
  all,
  annHeardOf,
  does,
  hasNotYet,
  holdAll,
  inPhase,
  securityHeardOf,
} from './cues.ts'
import { enforcing, longGraces, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** What keeps a deletion waiting that is due on the second day. */
const waitingDeletions = [
  ['a freeze', after(2, 0.5, does('freezes keynag for two days')), rotatingUnder({})],
  ['an operator', after(2, 0.5, holdAll), rotatingUnder({})],
  [
    'the window',
    all(),
    rotatingUnder({}, { window: { from: '05:00', to: '06:00', on: ['monday', 'tuesday'] } }),
  ],
] as const

/** The date that the owner read has come. */
const isDueToBeDeleted = ({ books, now }: Simulation): boolean =>
  [...books.entries.values()].some(
    ({ state, hold, deletionAnnounced }) =>
      state === 'deactivated' &&
      hold === undefined &&
      deletionAnnounced !== undefined &&
      deletionAnnounced.notBefore <= now,
  )

const trailIsDenied = { at: 'rotate iam.lastCallOn', fault: { kind: 'denied' } } as const

/** Something happens to a key between its deactivation and its deletion. */
export const reactivatedKeys: readonly Story[] = [
  story(
    'a deactivated key is switched on, used, and switched off again',
    'A person reactivates a deactivated key, uses it and deactivates it again: keynag notices the use and holds the key, although it cannot read CloudTrail.',
    {
      script: [trailIsDenied],
      organization: rotatingUnder({}, longGraces),
      begin: (simulation, { keys: [old] }) => {
        if (old === undefined) return
        const { estate } = simulation
        after(3, 5, () => {
          estate.setStatus(old, 'Active', 'person', simulation.now)
          use(simulation, old)
          estate.setStatus(old, 'Inactive', 'person', simulation.now)
        })(simulation)
      },
      recoveries: ['reactivated'],
      holds: ['reactivated'],
    },
  ),
  story(
    'a deactivated key is switched on and off again, and nobody uses it',
    'A person reactivates a deactivated key and deactivates it again, with no use in between: CloudTrail shows that the last change is not keynag’s, and keynag holds the key.',
    {
      begin: all(
        after(1, 12, does('reactivates a key')),
        after(1, 12.01, does('deactivates a key')),
      ),
      recoveries: ['reactivated'],
      holds: ['reactivated'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'a deactivated key is switched on and off again, and released',
    'An operator accepts that the key is off because its owner wants that: its story ends, and nobody is asked to replace it.',
    {
      begin: all(
        after(1, 12, does('reactivates a key')),
        after(1, 12.01, does('deactivates a key')),
        after(3, 12, does('releases every hold')),
      ),
      holds: ['reactivated'],
      facts: ['deactivated resolved'],
      never: ['deactivated reactivation-accepted', 'nagging resolved'],
    },
  ),
  ...(['deletes the new key', 'deactivates the new key'] as const).map((deed) =>
    story(
      `somebody ${deed} after the old key is deactivated`,
      'The old key is the last one that can be brought back: keynag does not delete it, and tells security and the owner.',
      {
        begin: all(
          after(1, 12, does(deed)),
          after(2, 12, securityHeardOf(1)),
          after(2, 12, annHeardOf('called-off')),
        ),
        holds: ['replacement-gone'],
        never: ['deactivated deleted'],
      },
    ),
  ),
  story(
    'somebody deletes the new key, and an operator releases the hold',
    'The owner needs no key any more, and an operator releases the hold: keynag announces the deletion again, and makes it a whole recovery grace later.',
    {
      begin: all(
        after(1, 12, does('deletes the new key')),
        after(3, 12, does('releases every hold')),
        after(4, 12, hasNotYet('deleted')),
      ),
      holds: ['replacement-gone'],
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'somebody deletes the new key, and uses one of their own',
    'The owner has replaced the replacement by a key that a program uses: keynag deletes the old key.',
    {
      begin: all(after(1, 12, does('deletes the new key')), after(1, 13, does('creates a key'))),
      facts: ['deactivated deleted'],
      never: ['deactivated held'],
    },
  ),
  story(
    'somebody deletes the new key, and makes one that nobody uses',
    'Nobody knows whether the new key of the owner works: keynag does not delete the old key.',
    {
      begin: all(
        after(1, 12, does('deletes the new key')),
        after(1, 13, does('creates a key and never uses it')),
      ),
      holds: ['replacement-gone'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'CloudTrail cannot be read before a deletion',
    'An account denies keynag CloudTrail for a day: keynag waits, holds nothing, and then deletes the key.',
    {
      script: [
        {
          at: 'rotate iam.lastCallOn',
          when: ({ now }) => now < startsAt + 3 * dayMs,
          fault: { kind: 'denied' },
        },
      ],
      facts: ['deactivated postponed', 'deactivated deleted'],
      never: ['deactivated held'],
    },
  ),
  story(
    'CloudTrail is late before a deletion',
    'CloudTrail does not show keynag’s deactivation at first: keynag waits, and then deletes the key.',
    {
      organization: rotatingUnder({}, { recoveryGraceDays: 0 }),
      script: [{ at: 'rotate iam.lastCallOn', nth: 1, fault: { kind: 'stale' } }],
      recoveries: ['trail-awaited'],
      facts: ['deactivated deleted'],
      never: ['deactivated held'],
    },
  ),
  story(
    'CloudTrail never shows the deactivation',
    'CloudTrail shows no change of the key at all: keynag waits until nobody can have changed the key for 90 days, and then deletes it.',
    {
      organization: enforcing('delete'),
      script: [{ at: 'rotate iam.lastCallOn', fault: { kind: 'stale' } }],
      begin: after(90, 0, hasNotYet('deleted')),
      facts: ['deactivated deleted'],
      never: ['deactivated held'],
      days: 100,
    },
  ),
  story(
    'nobody knows whether a deactivated key was used',
    'AWS does not say whether a deactivated key was used: keynag does not delete the key and holds it.',
    {
      script: [
        { at: 'rotate iam.lastUsed', fault: { kind: 'denied' }, when: inPhase('deactivated') },
      ],
      holds: ['use-unknown'],
    },
  ),
  story(
    'the owner deletes a deactivated key',
    'The owner deletes a deactivated key: keynag records the deletion and ends the rotation.',
    {
      begin: after(2, 1.1, does('deletes the old key')),
      recoveries: ['deleted-outside'],
    },
  ),
  story(
    'a deactivated key is switched on, and a scan sees it',
    'A person reactivates a deactivated key: the next scan notices it and holds the key.',
    {
      organization: rotatingUnder({}, { recoveryGraceDays: 9 }),
      days: 6,
      begin: after(1, 4, does('reactivates a key')),
      holds: ['reactivated'],
    },
  ),
  story(
    'a deactivated key is switched on, and released',
    'A person reactivates a deactivated key, and an operator releases the hold: keynag reminds the owner from the start.',
    {
      begin: all(after(1, 4, does('reactivates a key')), after(4, 3, does('releases every hold'))),
      holds: ['reactivated'],
    },
  ),
  story(
    'a deactivation is rolled back, and released',
    'An operator rolls a deactivation back and later releases the key.',
    {
      begin: all(
        after(1, 4, does('rolls a deactivation back')),
        after(4, 3, does('releases every hold')),
      ),
      holds: ['rolled-back'],
      facts: ['deactivated rolled-back'],
    },
  ),
  ...waitingDeletions.map(([why, begin, organization]) =>
    story(
      `a deactivation is rolled back after the recovery grace, and the deletion waits for ${why}`,
      'An operator rolls a deactivation back when the deletion is due, and nothing has begun it yet: keynag reactivates the key.',
      {
        organization,
        begin: all(begin, after(3, 12, does('rolls a deactivation back'))),
        holds: ['rolled-back'],
        facts: ['deactivated rolled-back'],
        never: ['deactivated deleted'],
        days: 5,
      },
    ),
  ),
  story(
    'a deactivation is rolled back on the day of the deletion, while IAM throttles keynag',
    'The date of the deletion has come, IAM throttles the look before it, and an operator rolls the deactivation back: keynag reactivates the key.',
    {
      script: [
        {
          at: 'rotate iam.accessKeys',
          when: isDueToBeDeleted,
          fault: { kind: 'throttle' },
          deed: (simulation) => {
            simulation.later(minuteMs, () => does('rolls a deactivation back')(simulation))
          },
        },
      ],
      holds: ['rolled-back'],
      facts: ['deactivated rolled-back'],
      never: ['deactivated deleted'],
      days: 5,
    },
  ),
  ...(['crash-after', 'lost'] as const).flatMap((kind) =>
    ['roll-back ledger.commit', 'roll-back mutations.reactivate', 'roll-back iam.user'].map(
      (call) =>
        story(
          `a rollback meets ${kind} at ${call}`,
          'A rollback meets one fault, and the operator repeats the rollback an hour later.',
          {
            script: [{ at: call, nth: 1, fault: { kind } }],
            begin: all(
              after(1, 4, does('rolls a deactivation back')),
              after(1, 5, does('rolls a deactivation back')),
              after(4, 3, does('releases every hold')),
            ),
            holds: ['rolled-back'],
            facts: ['deactivated rolled-back'],
          },
        ),
    ),
  ),
  story(
    'a deactivated key is switched on just before its deletion',
    'A person reactivates a deactivated key shortly before its deletion: keynag sees the status, does not delete the key and holds it at once, although it cannot read CloudTrail.',
    {
      script: [trailIsDenied],
      begin: all(after(2, 1.1, does('reactivates a key')), after(2, 12, securityHeardOf(1))),
      recoveries: ['reactivated'],
      holds: ['reactivated'],
    },
  ),
  story(
    'a key is switched on while it is being deleted',
    'A person reactivates a deactivated key after the delivery has listed it: the second look before the deletion notices it.',
    {
      script: [
        {
          at: 'rotate iam.accessKeys',
          nth: 1,
          when: inPhase('deactivated'),
          deed: ({ marks }) => void marks.add('looked'),
        },
        {
          at: 'rotate ledger.commit',
          nth: 1,
          when: ({ marks }) => marks.has('looked'),
          fault: { kind: 'delay', ms: 100 * secondMs },
          deed: does('reactivates a key'),
        },
      ],
      holds: ['reactivated'],
    },
  ),
  story(
    'lists are late after a deactivation',
    'The recovery grace is zero, and IAM’s list still shows the old status: keynag does not conclude that a person reactivated the key.',
    {
      organization: rotatingUnder({}, { recoveryGraceDays: 0 }),
    },
  ),
  story(
    'lists are a minute late after a deactivation, and the recovery grace is zero',
    'IAM’s list still shows the key Active twenty seconds after the deactivation: keynag waits as long as it waits for any list, and does not conclude that a person reactivated the key.',
    {
      organization: rotatingUnder({}, { recoveryGraceDays: 0 }),
      script: [
        {
          at: 'rotate ledger.freezeOver',
          nth: 1,
          when: inPhase('deactivated'),
          fault: { kind: 'delay', ms: 20 * secondMs },
        },
        {
          at: 'rotate iam.accessKeys',
          nth: 1,
          when: inPhase('deactivated'),
          fault: { kind: 'stale' },
        },
        {
          at: 'rotate iam.accessKeys',
          nth: 2,
          when: inPhase('deactivated'),
          fault: { kind: 'stale' },
        },
      ],
      facts: ['deactivated deleted'],
      never: ['deactivated held'],
    },
  ),
  story(
    'lists are a minute late after a rollback',
    'A scan right after a rollback still shows the key Inactive: keynag does not conclude that a person deactivated the key.',
    {
      organization: organizationOf(
        [{ ...rotating, enforce: { ...rotating.enforce, recoveryGraceDays: 9 } }],
        { fullWalkEveryDays: 1 },
      ),
      days: 6,
      begin: after(2, 1 - 10 / 3600, does('rolls a deactivation back')),
      script: [{ at: 'scan iam.accessKeys', fault: { kind: 'stale' } }],
      holds: ['rolled-back'],
      facts: ['deactivated rolled-back'],
      never: ['nagging resolved'],
    },
  ),
  story(
    'a scan shows the status before',
    'A scan that is late lists the key a second after its deactivation, and IAM still shows the key Active: keynag does not conclude that a person reactivated the key.',
    {
      script: [
        {
          at: 'scan ledger.accountScan',
          when: ({ now, marks }) => now > startsAt + dayMs && !marks.has('off'),
          fault: { kind: 'crash-before' },
        },
        {
          at: 'mutations.deactivate',
          nth: 1,
          deed: (simulation) => {
            simulation.marks.add('off')
            simulation.later(secondMs, () => simulation.queues.redrive())
          },
        },
      ],
      organization: rotatingUnder({}, { installationGraceDays: 1.5 }),
      facts: ['deactivated deleted'],
    },
  ),
]
