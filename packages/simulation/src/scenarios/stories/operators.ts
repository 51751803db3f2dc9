import { after, all, does, holdAll, inPhase, securityHeardOf } from './cues.ts'
import { configure } from '../../people.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** Operators exempt and hold keys, and go back to a dry run. */
export const operators: readonly Story[] = [
  story(
    'an exempt key is left alone',
    'An operator exempts a key for a day: keynag changes nothing on that day.',
    {
      begin: after(0, 3, does('exempts a key for a day')),
      facts: ['issued exempted'],
    },
  ),
  story(
    'a key is exempted while a replacement is prepared',
    'An operator exempts a key after keynag has opened its rotation: keynag creates no key, ends the rotation, and warns the owner again when the exemption is over.',
    {
      script: [{ at: 'handovers.prepare', nth: 1, deed: does('exempts a key for a day') }],
      facts: ['issuing rotation-abandoned', 'issuing replacement-issued'],
    },
  ),
  story(
    'an operator holds a key',
    'An operator holds a key, and releases it three days later: keynag goes on.',
    {
      begin: all(after(0, 3, holdAll), after(3, 3, does('releases every hold'))),
      holds: ['operator'],
    },
  ),
  story(
    'an operator holds a key just before it is switched off',
    'An operator holds a key just before its deactivation: keynag stops.',
    {
      script: [{ at: 'rotate iam.userInFull', nth: 1, when: inPhase('replaced'), deed: holdAll }],
      holds: ['operator'],
    },
  ),
  story(
    'an operator holds a key after the last look at it',
    'An operator holds a key after keynag has listed it for the deactivation: keynag does not deactivate it.',
    {
      script: [{ at: 'rotate iam.accessKeys', nth: 1, when: inPhase('replaced'), deed: holdAll }],
      holds: ['operator'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'an operator holds a key while it is switched off',
    'An operator holds a key during its deactivation: keynag records the deactivation.',
    {
      script: [{ at: 'mutations.deactivate', nth: 1, deed: holdAll }],
      facts: ['issued deactivated'],
    },
  ),
  story(
    'a key is held, released and held again on one day',
    'The policy of a key is gone, and an operator releases the hold too early: keynag holds the key again and tells security of each hold.',
    {
      organization: enforcing('deactivate', {}, { installationGraceDays: 1.5 }),
      begin: all(
        after(1, 6, (simulation) => {
          const match = { accounts: ['222222222222'] }
          configure(simulation, organizationOf([{ ...rotating, name: 'another', match }]))
        }),
        after(1, 14, does('releases every hold')),
        after(1, 16, securityHeardOf(2)),
      ),
      holds: ['policy-gone'],
    },
  ),
  story(
    'back to a dry run while a replacement is prepared',
    'The policy goes back to a dry run before the create: keynag abandons the rotation.',
    {
      script: [{ at: 'handovers.prepare', nth: 1, deed: does('goes back to a dry run for a day') }],
      facts: ['issuing rotation-abandoned'],
    },
  ),
  story(
    'back to a dry run while a key is lost',
    'The policy goes back to a dry run after a create whose secret is lost: keynag abandons the rotation and deletes the orphan.',
    {
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: does('goes back to a dry run for a day'),
        },
      ],
      facts: ['issuing rotation-abandoned'],
      recoveries: ['orphan-deleted'],
    },
  ),
  story(
    'back to a dry run while a key is stored',
    'The policy goes back to a dry run during the store: keynag still issues the new key.',
    {
      script: [{ at: 'handovers.store', nth: 1, deed: does('goes back to a dry run for a day') }],
    },
  ),
  story(
    'back to a dry run before the deactivation',
    'The policy goes back to a dry run before the deactivation: keynag does not deactivate the key on that day.',
    {
      begin: after(0, 5, does('goes back to a dry run for a day')),
    },
  ),
]
