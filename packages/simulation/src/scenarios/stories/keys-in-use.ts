import { keysHeld } from '../../estate.ts'
import {
  aSecondLater,
  after,
  all,
  ann,
  does,
  inPhase,
  securityHeardOf,
  securityIsAway,
} from './cues.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** Whether the old key is in use, and what happens to its replacement. */
export const keysInUse: readonly Story[] = [
  story(
    'the old key is in use',
    'A program still uses the old key: keynag does not deactivate it and holds it.',
    {
      begin: after(0, 20, does('uses the old key')),
      holds: ['still-in-use'],
    },
  ),
  story(
    'the old key is in use, and the policy waits',
    'A program still uses the old key, and the policy says “wait”: keynag deactivates the key later.',
    {
      organization: rotatingUnder({}, { whenInUse: 'wait' }),
      begin: after(0, 20, does('uses the old key')),
    },
  ),
  ...(['refused', 'comes back'] as const).map((how) =>
    story(
      `security cannot hear of a hold for two days: the message ${how}`,
      'The first messages about a hold reach nobody: keynag tells security again, once a day, until it hears.',
      {
        begin: all(
          after(0, 20, does('uses the old key')),
          after(0, 21, securityIsAway(how)),
          after(2, 20, securityHeardOf(0)),
          after(4, 5, securityHeardOf(1)),
        ),
        holds: ['still-in-use'],
      },
    ),
  ),
  story(
    'nobody knows of its use',
    'AWS does not say whether the old key is in use: keynag does not deactivate it and holds it.',
    {
      script: [{ at: 'rotate iam.lastUsed', fault: { kind: 'denied' }, when: inPhase('replaced') }],
      holds: ['use-unknown'],
    },
  ),
  story(
    'the replacement is switched off',
    'A person deactivates the replacement: keynag does not deactivate the old key and holds it.',
    {
      begin: after(0, 5, does('deactivates the new key')),
      holds: ['replacement-gone'],
    },
  ),
  story(
    'the replacement is deleted',
    'A person deletes the replacement: keynag does not deactivate the old key and holds it.',
    {
      begin: after(0, 5, does('deletes the new key')),
      holds: ['replacement-gone'],
    },
  ),
  story(
    'the replacement is deleted, and an operator lets another be made',
    'A person deletes the replacement, and an operator releases the hold: keynag creates another replacement.',
    {
      begin: all(
        after(0, 5, does('deletes the new key')),
        after(3, 5, does('releases every hold')),
      ),
      holds: ['replacement-gone'],
      facts: ['issued begun-anew', 'deactivated deleted'],
    },
  ),
  story(
    'the replacement is deleted, and the policy makes none any more',
    'A person deletes the replacement, and the policy no longer rotates: after the release keynag deactivates the old key.',
    {
      begin: all(
        after(0, 5, does('deletes the new key')),
        after(3, 4, (simulation) => {
          simulation.organization = enforcing('deactivate')
        }),
        after(3, 5, does('releases every hold')),
      ),
      facts: ['issued begun-anew', 'nagging deactivated'],
    },
  ),
  story(
    'the replacement is switched off for a while',
    'A person deactivates the replacement and reactivates it: after the release keynag begins again and finishes.',
    {
      begin: all(
        after(0, 5, does('deactivates the new key')),
        after(3, 5, does('reactivates a key')),
        after(3, 6, does('releases every hold')),
      ),
      holds: ['replacement-gone'],
      facts: ['issued begun-anew', 'deactivated deleted'],
    },
  ),
  story(
    'the new key is deleted before it is issued, and an operator lets another be made',
    'A person deletes the new key before it is issued, and an operator releases the hold: keynag creates another one.',
    {
      script: [{ at: 'handovers.store', nth: 1, deed: aSecondLater('deletes the new key') }],
      begin: after(3, 5, does('releases every hold')),
      holds: ['replacement-gone'],
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'the replacement is switched off before it is issued',
    'A person deactivates the new key before it is issued: keynag does not issue it and holds the old key.',
    {
      script: [{ at: 'handovers.store', nth: 1, deed: aSecondLater('deactivates the new key') }],
      holds: ['replacement-gone'],
    },
  ),
  story(
    'the new key is never accepted',
    'AWS never accepts the new key: keynag does not issue it and holds the old key.',
    {
      script: [
        {
          at: 'handovers.store',
          deed: (simulation) => {
            const key = keysHeld(ann(simulation))[1]
            if (key !== undefined) key.worksFrom = Infinity
          },
        },
      ],
      holds: ['replacement-unusable'],
    },
  ),
]
