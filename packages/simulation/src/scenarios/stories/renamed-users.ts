import type { Simulation } from '../../simulation.ts'
import { after, all, ann, does, holdAll, inPhase } from './cues.ts'
import { rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** Ann is renamed, and somebody else, who has a key, gets her name. */
function givesTheNameAway(simulation: Simulation): void {
  const { accountId, name } = ann(simulation)
  simulation.estate.rename(ann(simulation), 'anna')
  const other = simulation.estate.addUser(accountId, name, simulation.now)
  simulation.estate.addKey(other, simulation.now, 'person')
}

/** IAM finds users by name only, and each of these calls comes after a rename. */
export const renamedUsers: readonly Story[] = [
  ...(['mutations.deactivate', 'mutations.delete'] as const).flatMap((at) => [
    story(
      `the user is renamed just before ${at}`,
      'The user is renamed after keynag has looked: IAM says that there is no such user. keynag concludes nothing about the key, and goes on under the new name after the next scan.',
      { script: [{ at, nth: 1, deed: does('renames the user') }], facts: ['deactivated deleted'] },
    ),
    story(
      `somebody else gets the name just before ${at}`,
      'The user is renamed and another user gets the name after keynag has looked: IAM says that there is no such key. keynag concludes nothing about the key.',
      { script: [{ at, nth: 1, deed: givesTheNameAway }], facts: ['deactivated deleted'] },
    ),
  ]),
  story(
    'the user is renamed just before the create',
    'The user is renamed after keynag has looked: keynag does not take the user for deleted, and creates the replacement after the next scan.',
    {
      script: [{ at: 'mutations.create', nth: 1, deed: does('renames the user') }],
      facts: ['deactivated deleted'],
      never: ['issuing resolved'],
    },
  ),
  story(
    'the user is renamed while the new key is tested',
    'The user is renamed while keynag tests the new key: the key answers for the same user, and keynag does not hold it as somebody else’s.',
    {
      script: [{ at: 'handovers.test', nth: 1, deed: does('renames the user') }],
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'the user moves to another path while the new key is tested',
    'The user moves to another path while keynag tests the new key: the key answers for the same user, and keynag issues it.',
    {
      script: [
        {
          at: 'handovers.test',
          nth: 1,
          deed: (simulation) => {
            ann(simulation).path = '/people/'
          },
        },
      ],
      facts: ['deactivated deleted'],
      never: ['issuing held'],
    },
  ),
  ...(['opened', 'replaced', 'deactivated'] as const).flatMap((phase) => [
    story(
      `the user is renamed just before the keys are listed, in phase ${phase}`,
      'The user is renamed between two reads: IAM has no list for the old name. keynag does not take the key for deleted.',
      {
        script: [
          {
            at: 'rotate iam.accessKeys',
            nth: 1,
            when: inPhase(phase),
            deed: does('renames the user'),
          },
        ],
        facts: ['deactivated deleted'],
      },
    ),
    story(
      `somebody else gets the name just before the keys are listed, in phase ${phase}`,
      'The list is another user’s: keynag does not take the key for deleted.',
      {
        script: [
          { at: 'rotate iam.accessKeys', nth: 1, when: inPhase(phase), deed: givesTheNameAway },
        ],
        facts: ['deactivated deleted'],
      },
    ),
  ]),
  story(
    'somebody else gets the name while a scan lists keys',
    'A scan lists the keys of another user, who has the name by now: keynag does not take the held key for deleted.',
    {
      begin: all(after(0, 20, holdAll), after(0, 20, does('gives the user another owner'))),
      script: [{ at: 'scan iam.accessKeys', nth: 2, deed: givesTheNameAway }],
      holds: ['operator'],
      never: ['issued resolved'],
    },
  ),
  story(
    'the user is renamed just before a key whose secret was lost is switched off',
    'The user is renamed just before keynag undoes an orphan: keynag does not take the orphan for switched off, and undoes it after the next scan.',
    {
      script: [
        { at: 'mutations.create', nth: 1, fault: { kind: 'crash-after' } },
        {
          at: 'mutations.deactivate',
          nth: 1,
          when: inPhase('undoing'),
          deed: does('renames the user'),
        },
      ],
      recoveries: ['orphan-deleted'],
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'the user is renamed just before a key whose secret was lost is deleted',
    'The user is renamed just before keynag deletes an orphan: keynag does not take the orphan for deleted, and deletes it after the next scan.',
    {
      script: [
        { at: 'mutations.create', nth: 1, fault: { kind: 'crash-after' } },
        {
          at: 'mutations.delete',
          nth: 1,
          when: inPhase('undoing'),
          deed: does('renames the user'),
        },
      ],
      facts: ['deactivated deleted'],
    },
  ),
  ...(['mutations.reactivate', 'roll-back iam.accessKeys'] as const).flatMap((at) =>
    [does('renames the user'), givesTheNameAway].map((deed, index) =>
      story(
        `a rollback at ${at} meets ${index === 0 ? 'a rename' : 'another user of the name'}`,
        'The user is renamed during a rollback: keynag does not take the key for deleted. After the next scan the operator repeats the rollback.',
        {
          organization: rotatingUnder({}, { recoveryGraceDays: 4 }),
          days: 9,
          script: [{ at, nth: 1, deed }],
          begin: all(
            after(2, 4, does('rolls a deactivation back')),
            after(4, 4, does('rolls a deactivation back')),
          ),
          holds: ['rolled-back'],
          facts: ['deactivated rolled-back'],
          never: ['deactivated resolved'],
        },
      ),
    ),
  ),
]
