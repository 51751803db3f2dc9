import { dayMs, hourMs, secondMs } from '@keynag/core'
import { use } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { does } from './cues.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** IAM allows two keys per user, and the user has two already. */
export const twoKeys: readonly Story[] = [
  story(
    'the owner has a newer key and uses it',
    'The owner has created a newer key and uses it: keynag accepts it as the replacement.',
    {
      begin: (simulation, user) => {
        const key = simulation.estate.addKey(user, startsAt - dayMs, 'person')
        key.uses.push(startsAt - 2 * hourMs)
      },
      facts: ['issuing replaced-by-owner'],
    },
  ),
  story(
    'the owner has a newer key and has not used it',
    'The owner has created a newer key and never used it: keynag cannot create a third key, and holds the old key.',
    {
      begin: (simulation, user) => {
        simulation.estate.addKey(user, startsAt - dayMs, 'person')
      },
      holds: ['two-keys'],
    },
  ),
  story(
    'the owner has a newer key that is Inactive and was never used',
    'The owner has a second key that is Inactive and was never used: keynag cannot create a third key, and holds the old key.',
    {
      begin: (simulation, user) => {
        const key = simulation.estate.addKey(user, startsAt - 80 * dayMs, 'person')
        simulation.estate.setStatus(key, 'Inactive', 'person', startsAt - dayMs)
      },
      holds: ['two-keys'],
    },
  ),
  story(
    'the owner has an older key and uses it',
    'The owner has a second key that is older and in use: it is no replacement, and keynag holds the old key.',
    {
      begin: (simulation, user) => {
        const key = simulation.estate.addKey(user, startsAt - 80 * dayMs - 30 * dayMs, 'person')
        key.uses.push(startsAt - 2 * hourMs)
      },
      organization: organizationOf([
        { ...rotating, nag: { ...rotating.nag, oneMessagePer: 'user' } },
      ]),
      holds: ['two-keys'],
    },
  ),
  story(
    'the owner has switched a newer key off',
    'The owner has created and used a newer key and deactivated it: it is no replacement, and keynag holds the old key.',
    {
      begin: (simulation, user) => {
        const key = simulation.estate.addKey(user, startsAt - dayMs, 'person')
        key.uses.push(startsAt - 2 * hourMs)
        simulation.estate.setStatus(key, 'Inactive', 'person', startsAt - hourMs)
      },
      holds: ['two-keys'],
    },
  ),
  story(
    'the owner deletes the old key before there is a new one',
    'The owner deletes the old key while keynag prepares the replacement: keynag resolves the key.',
    {
      script: [
        {
          at: 'handovers.prepare',
          nth: 1,
          fault: { kind: 'delay', ms: 10 * secondMs },
          deed: does('deletes the old key'),
        },
      ],
      facts: ['issuing resolved'],
    },
  ),
  story(
    'the owner makes a key just before',
    'The owner creates a second key just before keynag does: IAM refuses a third key, and keynag holds the old key.',
    {
      script: [{ at: 'mutations.create', nth: 1, deed: does('creates a key and never uses it') }],
      holds: ['two-keys'],
    },
  ),
  story(
    'a key in use is held beside another stale key',
    'The policy only deactivates, and the user has two stale keys. keynag holds the one in use, and deactivates the other one, which need not wait for the operator.',
    {
      organization: enforcing('deactivate'),
      begin: (simulation, user) => {
        const [used] = user.keys
        simulation.estate.addKey(user, startsAt - 93 * dayMs, 'person')
        for (let hours = 0; hours < 11 * 24; hours += 4) {
          simulation.later(hours * hourMs, () => use(simulation, used))
        }
      },
      holds: ['still-in-use'],
      facts: ['nagging deactivated'],
      days: 6,
    },
  ),
  story(
    'a key in use is switched off beside another stale key',
    'The policy only deactivates, and the user has two stale keys. keynag waits while the one is in use, and then its owner switches it off. keynag deactivates the other one, which need not wait for a deactivation that never comes.',
    {
      organization: enforcing('deactivate', { keys: 'all' }, { whenInUse: 'wait' }),
      begin: (simulation, user) => {
        const [used] = user.keys
        simulation.estate.addKey(user, startsAt - 93 * dayMs, 'person')
        for (let hours = 0; hours < 3 * 24; hours += 4) {
          simulation.later(hours * hourMs, () => use(simulation, used))
        }
        simulation.later(3 * dayMs, () => does('deactivates a key')(simulation))
      },
      facts: ['nagging deactivated'],
      days: 20,
    },
  ),
  story(
    'a key is held beside a key whose deletion is due',
    'The user has a second key that keynag has deactivated, so keynag holds the stale key. Then the policy begins to delete: the deletion does not wait for the held key.',
    {
      organization: enforcing('deactivate', {}, { inUseDays: 0.5 }),
      begin: (simulation, user) => {
        simulation.estate.addKey(user, startsAt - 86 * dayMs, 'person')
        simulation.later(3 * dayMs, () => {
          simulation.organization = rotatingUnder({}, { recoveryGraceDays: 5 })
        })
      },
      holds: ['two-keys'],
      facts: ['nagging deactivated', 'deactivated deleted'],
      days: 14,
    },
  ),
]
