import { dayMs, type PolicyInput } from '@keynag/core'
import { organizationOf } from '../estate-of.ts'
import { configure } from '../../people.ts'
import {
  after,
  all,
  canBeReached,
  cannotBeReached,
  crashAfter,
  does,
  holdAll,
  movesToCi,
} from './cues.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const reminding = {
  name: 'remind',
  mode: 'notify',
  nag: { everyDays: 1, via: ['email'] },
} as const satisfies PolicyInput

const keptPath = { protected: { paths: ['/break-glass/'], userNames: [] } }

/** Keys whose story ends, and keys whose story begins again. */
export const endsAndReturns: readonly Story[] = [
  ...[false, true].map((statusChangeMovesDate) =>
    story(
      `a resolved key is switched on again, and the report ${statusChangeMovesDate ? 'moves' : 'keeps'} its date`,
      'The owner deactivates a key, keynag resolves it, and the owner activates it again: the next scan reopens it.',
      {
        organization: organizationOf([reminding]),
        statusChangeMovesDate,
        days: 6,
        begin: all(
          after(0, 12, does('deactivates a key')),
          after(2, 12, does('reactivates a key')),
        ),
        facts: ['nagging resolved', 'resolved reopened'],
      },
    ),
  ),
  story(
    'a resolved key is switched on again before it is stale',
    'The owner deactivates a key, and the policy becomes milder. The owner activates the key again, which is young to the policy now: keynag records the status and sends nothing.',
    {
      organization: organizationOf([reminding]),
      days: 6,
      begin: all(
        after(0, 12, does('deactivates a key')),
        after(2, 0, (simulation) =>
          configure(simulation, organizationOf([{ ...reminding, staleAtDay: 180 }])),
        ),
        after(2, 12, does('reactivates a key')),
      ),
      facts: ['resolved observed'],
      never: ['resolved reopened'],
    },
  ),
  story(
    'a user leaves the policy and comes back',
    'The user moves to a protected path, keynag resolves the key, and the user moves back: the next scan reopens the key.',
    {
      organization: organizationOf([reminding], keptPath),
      days: 6,
      begin: all(
        after(0, 12, does('moves the user to a protected path')),
        after(2, 12, does('moves the user back')),
      ),
      facts: ['nagging resolved', 'resolved reopened'],
    },
  ),
  story(
    'a key that its owner had deactivated is deleted',
    'The owner deactivates a key, makes another one, and later deletes the first: keynag records both.',
    {
      organization: organizationOf([reminding]),
      days: 6,
      begin: all(
        after(0, 12, does('deactivates a key')),
        after(2, 12, does('creates a key')),
        after(2, 12, does('deletes the old key')),
      ),
      facts: ['nagging resolved', 'resolved resolved'],
    },
  ),
  story(
    'a key that keynag only deactivates is deleted',
    'The policy deactivates keys and deletes none, and the owner deletes the deactivated key: keynag ends its story.',
    {
      organization: enforcing('deactivate'),
      days: 8,
      begin: after(4, 12, does('deletes the old key')),
      facts: ['deactivated resolved'],
    },
  ),
  story(
    'the owner cannot be told that a key is deactivated, and an operator releases it',
    'The policy only deactivates, and no channel takes the message about it: keynag holds the key, and tells the owner after the release.',
    {
      organization: enforcing('deactivate'),
      script: [{ at: 'mutations.deactivate', nth: 1, deed: cannotBeReached }],
      begin: all(after(3, 12, canBeReached), after(4, 12, does('releases every hold'))),
      holds: ['owner-unreachable'],
      facts: ['deactivated deactivation-delivered'],
    },
  ),
  story(
    'keynag dies after it has deleted a key, and a scan misses the key',
    'The process dies after the deletion, and every later look fails until a scan has missed the key: keynag does not take the deletion for the owner’s.',
    {
      organization: rotatingUnder({}),
      script: [
        {
          at: 'mutations.delete',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: (simulation) => {
            simulation.marks.add('died')
            simulation.later(dayMs, () => void simulation.marks.delete('died'))
          },
        },
        {
          at: 'rotate iam.accessKeys',
          when: ({ marks }) => marks.has('died'),
          fault: { kind: 'throttle' },
        },
      ],
      facts: ['deactivated deleted'],
      never: ['deactivated resolved'],
    },
  ),
  story(
    'one of two keys of the same second is deleted',
    'The user has two keys of the same second and deletes one of them: keynag ends the story of that key, and no other.',
    {
      organization: organizationOf([reminding]),
      days: 4,
      begin: (simulation, user) => {
        const [first] = user.keys
        if (first !== undefined) simulation.estate.addKey(user, first.createdAt, 'person')
        after(1, 12, does('deletes the old key'))(simulation)
      },
      facts: ['nagging resolved'],
    },
  ),
  story(
    'one of two Inactive keys of the same second is deleted',
    'The policy minds Inactive keys too. The user has two of the same second and deletes one of them: keynag ends the story of that key, and no other.',
    {
      organization: organizationOf([{ ...reminding, keys: 'all' }]),
      days: 4,
      begin: (simulation, user) => {
        const [first] = user.keys
        if (first === undefined) throw new Error('Ann has no key')
        const second = simulation.estate.addKey(user, first.createdAt, 'person')
        for (const key of [first, second])
          simulation.estate.setStatus(key, 'Inactive', 'person', first.createdAt)
        after(1, 12, does('deletes the old key'))(simulation)
      },
      facts: ['nagging resolved'],
    },
  ),
  story(
    'a key that no policy minds any more is switched off',
    'The user moves to another policy, under which the key is young, and switches the key off: the ledger says so.',
    {
      organization: organizationOf([
        { ...reminding, name: 'ci', match: { paths: ['/ci/'] }, staleAtDay: 300 },
        reminding,
      ]),
      days: 6,
      begin: all(after(1, 0, movesToCi), after(3, 0, does('deactivates a key'))),
      facts: ['nagging resolved', 'resolved observed'],
    },
  ),
  story(
    'a rollback dies, and the user moves to a protected path and back',
    'The process dies after it switched the key on. Then the user moves to a protected path and back: keynag still leaves the key alone.',
    {
      organization: rotatingUnder({}),
      script: [crashAfter('roll-back mutations.reactivate')],
      days: 20,
      begin: all(
        after(1, 4, does('rolls a deactivation back')),
        after(2, 12, does('moves the user to a protected path')),
        after(4, 12, does('moves the user back')),
      ),
      holds: ['rolled-back'],
      facts: ['deactivated rolled-back', 'nagging resolved', 'resolved reopened'],
    },
  ),
  story(
    'an operator holds a key, and the user moves to a protected path and back',
    'An operator holds a key. Then the user moves to a protected path and back: the hold still stands.',
    {
      organization: rotatingUnder({}, { atDay: 97 }),
      begin: all(
        after(0, 12, holdAll),
        after(1, 12, does('moves the user to a protected path')),
        after(2, 12, does('moves the user back')),
      ),
      holds: ['operator'],
      facts: ['nagging resolved', 'resolved reopened'],
      never: ['nagging rotation-opened'],
    },
  ),
  story(
    'a deactivated key is switched on under an operator’s hold, and released',
    'The policy only deactivates. The owner activates the key while an operator holds it: after the release the next scan holds it as reactivated.',
    {
      organization: enforcing('deactivate'),
      begin: all(
        after(3, 12, holdAll),
        after(4, 12, does('reactivates a key')),
        after(6, 12, does('releases every hold')),
      ),
      holds: ['reactivated'],
    },
  ),
]
