import { secondMs } from '@keynag/core'
import { hintAll } from '../../hints.ts'
import { freeze, unfreeze } from '../../operator.ts'
import { answerLost, crashAfter, does, inPhase } from './cues.ts'
import { story, type Story } from './story.ts'

/** The new key exists, and Secrets Manager fails to store its secret. */
export const failingStores: readonly Story[] = [
  story(
    'the stored key is adopted',
    'The function crashes after it has stored the secret: the next delivery adopts the stored key.',
    {
      script: [crashAfter('handovers.store')],
      recoveries: ['stored-adopted'],
    },
  ),
  story(
    'every store fails',
    'Secrets Manager throttles every store: keynag undoes each new key and holds the old key in the end.',
    {
      script: [{ at: 'handovers.store', fault: { kind: 'throttle' }, when: inPhase('creating') }],
      recoveries: ['store-failed', 'orphan-rests'],
      holds: ['orphan-unproven'],
    },
  ),
  story(
    'every answer of the first store is lost',
    'The secret is stored and every answer is lost: keynag does not undo the key.',
    {
      script: [1, 2, 3].map((nth) => answerLost('handovers.store', nth)),
    },
  ),
  story(
    'a store lands after it was given up',
    'A store takes effect after keynag has given it up: keynag adopts the key, because its secret is stored.',
    {
      script: [
        { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
        { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
        { at: 'handovers.store', nth: 3, fault: { kind: 'time-out', effect: 'late' } },
        crashAfter('handovers.store', 4),
      ],
      recoveries: ['stored-adopted'],
      facts: ['issuing replacement-issued'],
    },
  ),
  story(
    'a freeze while the store fails',
    'An operator freezes keynag while the store fails: keynag deactivates the new key after the freeze.',
    {
      script: [
        { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
        { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
        {
          at: 'handovers.store',
          nth: 3,
          fault: { kind: 'throttle' },
          deed: does('freezes keynag for seven hours'),
        },
      ],
      recoveries: ['orphan-off-again'],
    },
  ),
  story(
    'the store fails, and lists are late',
    'The store fails and IAM’s list does not show the new key yet: keynag does not conclude that the key is gone.',
    {
      script: [
        { at: 'handovers.store', nth: 1, fault: { kind: 'throttle' } },
        { at: 'handovers.store', nth: 2, fault: { kind: 'throttle' } },
        {
          at: 'handovers.store',
          nth: 3,
          fault: { kind: 'throttle' },
          deed: (simulation) => {
            void freeze(simulation)
            simulation.later(5 * secondMs, () => unfreeze(simulation))
            simulation.later(8 * secondMs, () => hintAll(simulation))
          },
        },
        { at: 'rotate iam.accessKeys', nth: 1, when: inPhase('undoing'), fault: { kind: 'stale' } },
      ],
      recoveries: ['orphan-off-again'],
    },
  ),
]
