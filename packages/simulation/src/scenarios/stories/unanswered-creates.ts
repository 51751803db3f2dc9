import { minuteMs, secondMs } from '@keynag/core'
import { hintAll } from '../../hints.ts'
import { answerLost, crashAfter } from './cues.ts'
import { story, type Story } from './story.ts'

/** CreateAccessKey has no answer, or an answer that comes too late. */
export const unansweredCreates: readonly Story[] = [
  story(
    'the secret is lost',
    'The function crashes after CreateAccessKey, so nobody has the secret: keynag deactivates the new key, waits, and deletes it.',
    {
      script: [crashAfter('mutations.create')],
      recoveries: ['orphan-off', 'orphan-rests', 'orphan-deleted'],
    },
  ),
  story(
    'the answer to the create is lost',
    'CreateAccessKey creates a key and its answer is lost: keynag finds the key and deactivates it.',
    {
      script: [answerLost('mutations.create')],
      recoveries: ['orphan-off'],
    },
  ),
  story(
    'a delivery comes right after the lease of an unanswered create',
    'A create has no answer, and the next delivery comes just after the lease has expired: it waits until IAM’s lists can be trusted.',
    {
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'lost' },
          deed: (simulation) => {
            simulation.later(7 * minuteMs, () => {
              hintAll(simulation)
            })
          },
        },
      ],
      recoveries: ['lists-settle', 'orphan-off'],
    },
  ),
  story(
    'the create is answered late',
    'CreateAccessKey takes effect only after its caller has given up: keynag finds the key and deactivates it.',
    {
      script: [{ at: 'mutations.create', nth: 1, fault: { kind: 'time-out', effect: 'late' } }],
      recoveries: ['orphan-off'],
    },
  ),
  story(
    'nothing was created',
    'The function crashes before CreateAccessKey, so there is no new key: keynag creates one in the next attempt.',
    {
      script: [{ at: 'mutations.create', nth: 1, fault: { kind: 'crash-before' } }],
      recoveries: ['create-again'],
    },
  ),
  story(
    'another delivery comes while an unanswered create is on its way',
    'A second delivery comes while an unanswered CreateAccessKey has not taken effect yet: it creates no key.',
    {
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          fault: { kind: 'time-out', effect: 'late' },
          deed: (simulation) => {
            simulation.later(40 * secondMs, () => {
              hintAll(simulation)
            })
          },
        },
      ],
      recoveries: ['orphan-off'],
    },
  ),
]
