import { hourMs } from '@keynag/core'
import { keysHeld } from '../../estate.ts'
import { use } from '../../people.ts'
import { aSecondLater, after, ann, does, holdAll, isHeld, isResolved } from './cues.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** The user, or the old key, is changed or deleted during the rotation. */
export const changedUsers: readonly Story[] = [
  story(
    'somebody else gets the name',
    'The user is renamed and another user gets the old name: keynag changes no key of the other user.',
    {
      script: [
        {
          at: 'handovers.prepare',
          nth: 1,
          deed: (simulation) => {
            simulation.estate.rename(ann(simulation), 'anna')
            const other = simulation.estate.addUser(
              ann(simulation).accountId,
              'ann',
              simulation.now,
              { owner: 'ann@example.com' },
            )
            simulation.estate.addKey(other, simulation.now, 'person')
          },
        },
      ],
    },
  ),
  story(
    'the user moves to a protected path',
    'The user moves to a protected path: keynag leaves the user alone and ends the rotation.',
    {
      organization: rotatingUnder({}),
      begin: after(0, 5, does('moves the user to a protected path')),
      facts: ['issued rotation-abandoned'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the user gets a protected name in another case',
    'The user is renamed, and the configuration protects the new name in another case: keynag leaves the user alone and ends the rotation.',
    {
      organization: rotatingUnder({}),
      begin: after(1, 5, does('gives the user a protected name')),
      facts: ['deactivated rotation-abandoned'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'the configuration excepts a tag in another case',
    'The first policy excepts users by a tag whose key IAM has in another case: keynag rotates no key of such a user.',
    {
      organization: organizationOf([
        {
          ...rotating,
          name: 'excepted',
          mode: 'dry-run',
          match: { tags: { NoRotation: ['yes'] } },
        },
        rotating,
      ]),
      begin: ({ estate }, user) => estate.tag(user, { norotation: 'yes' }),
      never: ['nagging issuing', 'nagging nagged'],
    },
  ),
  story(
    'the user moves to a protected path, and leaves a key whose secret was lost',
    'The user moves to a protected path after a create whose secret is lost: keynag does not undo the orphan and holds the key.',
    {
      organization: rotatingUnder({}),
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: (simulation) => {
            void does('moves the user to a protected path')(simulation)
            void does('deletes the old key')(simulation)
          },
        },
      ],
      holds: ['protected'],
    },
  ),
  story(
    'the user is deleted while a replacement is made',
    'An administrator deletes the user during the create: keynag resolves the key.',
    {
      script: [{ at: 'mutations.create', nth: 1, deed: does('deletes the user') }],
      facts: ['issuing resolved'],
    },
  ),
  story(
    'the user is deleted after a key was lost',
    'An administrator deletes the user after a create whose secret is lost: keynag abandons the rotation.',
    {
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: aSecondLater('deletes the user'),
        },
      ],
      facts: ['resolved rotation-abandoned'],
    },
  ),
  ...(['renames the user', 'deletes the user'] as const).map((deed) =>
    story(
      `somebody ${deed} while keynag gives up a rotation whose new key is lost`,
      'The owner deletes a held key whose replacement’s secret is lost, and IAM does not find the user when keynag is about to undo the new key: keynag waits for the next scan, which tells whether the new key is gone with its user.',
      {
        script: [
          {
            at: 'mutations.create',
            nth: 1,
            fault: { kind: 'crash-after' },
            deed: (simulation) => {
              void holdAll(simulation)
              simulation.later(hourMs, () => does('deletes the old key')(simulation))
            },
          },
          { at: 'rotate iam.userInFull', nth: 1, when: isResolved, deed: does(deed) },
        ],
        facts: ['resolved postponed', 'resolved rotation-abandoned'],
      },
    ),
  ),
  story(
    'the owner deletes a key that is held with its new key stored',
    'The owner deletes a held key whose replacement is stored: keynag abandons the rotation.',
    {
      script: [
        {
          at: 'handovers.store',
          nth: 1,
          deed: (simulation) => {
            void holdAll(simulation)
            simulation.later(hourMs, () => does('deletes the old key')(simulation))
          },
        },
        { at: 'rotate ledger.commit', nth: 1, when: isHeld, fault: { kind: 'crash-before' } },
      ],
      facts: ['resolved rotation-abandoned'],
    },
  ),
  story(
    'the owner deletes a key that is held and uses its new one',
    'The owner deletes a held key and uses its replacement: keynag abandons the rotation and keeps the replacement.',
    {
      script: [
        {
          at: 'handovers.store',
          nth: 1,
          deed: (simulation) => {
            void holdAll(simulation)
            simulation.later(hourMs, () => use(simulation, keysHeld(ann(simulation))[1]))
            simulation.later(2 * hourMs, () => does('deletes the old key')(simulation))
          },
        },
      ],
      facts: ['resolved rotation-abandoned'],
    },
  ),
  story(
    'the owner deletes a key that is held with its new key lost',
    'The owner deletes a held key whose replacement’s secret is lost: keynag abandons the rotation and deletes the orphan.',
    {
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: (simulation) => {
            void holdAll(simulation)
            simulation.later(hourMs, () => does('deletes the old key')(simulation))
          },
        },
      ],
      facts: ['resolved rotation-abandoned'],
      recoveries: ['orphan-deleted'],
    },
  ),
]
