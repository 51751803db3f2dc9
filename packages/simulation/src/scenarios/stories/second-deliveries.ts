import { dayMs, minuteMs, secondMs } from '@keynag/core'
import { hintAll, hintNags } from '../../hints.ts'
import { startsAt } from '../../scenario.ts'
import { configure } from '../../people.ts'
import {
  after,
  does,
  holdAll,
  inPhase,
  isHeld,
  secondDeliveryDuring,
  secondDeliveryIsSlow,
} from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** A second delivery arrives while the first one is at work. */
export const secondDeliveries: readonly Story[] = [
  story(
    'another delivery comes while a key is being switched off',
    'A second delivery comes while a slow deactivation is not finished: it does nothing.',
    {
      script: [
        {
          at: 'mutations.deactivate',
          nth: 1,
          fault: { kind: 'delay', ms: 200 * secondMs },
          deed: (simulation) => simulation.later(100 * secondMs, () => hintAll(simulation)),
        },
      ],
    },
  ),
  story(
    'another delivery decided before this one went on',
    'A second delivery has decided before the first one goes on: it decides again and reports no error.',
    {
      script: [secondDeliveryDuring('handovers.test'), secondDeliveryIsSlow],
      isQuiet: true,
    },
  ),
  story(
    'another delivery dies with the lease of a key that is held, and an operator begins anew',
    'The replacement is gone, and keynag holds the key. Another delivery, which decided before the hold, dies with the lease; so the release leaves the rotation open. By then the policy only deactivates: keynag warns the owner of that, and does not look for the replacement any more.',
    {
      begin: after(0, 5, does('deletes the new key')),
      script: [
        { ...secondDeliveryDuring('rotate iam.accessKeys'), when: inPhase('replaced') },
        secondDeliveryIsSlow,
        {
          at: 'rotate ledger.entry',
          nth: 1,
          when: (simulation) => simulation.marks.has('second') && isHeld(simulation),
          fault: { kind: 'crash-after' },
          deed: (simulation) => {
            configure(simulation, enforcing('deactivate'))
            simulation.later(minuteMs, () => does('releases every hold')(simulation))
          },
        },
      ],
      holds: ['replacement-gone'],
      facts: ['issued begun-anew', 'nagging deactivated'],
    },
  ),
  story(
    'another delivery decided before the key was deleted',
    'A second delivery has decided before the first one deletes the key: it decides again and reports no error.',
    {
      script: [secondDeliveryDuring('mutations.delete'), secondDeliveryIsSlow],
      isQuiet: true,
    },
  ),
  story(
    'a user has two old keys: one after the other',
    'A user has two stale keys: keynag deletes one after the other and holds neither.',
    {
      organization: enforcing('delete'),
      begin: (simulation, user) => {
        simulation.estate.addKey(user, startsAt - 94 * dayMs, 'person')
      },
      facts: ['deactivated deleted'],
      never: ['nagging held'],
    },
  ),
  story(
    'another delivery has seen a nag due that this one is sending',
    'A second delivery decides that a nag is due while the first one sends it: the owner gets one nag.',
    {
      script: [
        {
          at: 'notify messenger.send',
          nth: 1,
          fault: { kind: 'delay', ms: 5 * secondMs },
          deed: (simulation) => {
            hintNags(simulation)
          },
        },
        { at: 'notify ledger.notice', nth: 2, fault: { kind: 'delay', ms: 20 * secondMs } },
      ],
      isQuiet: true,
    },
  ),
  story(
    'two deliveries open at once',
    'Two deliveries want to open a rotation of the same key: only one of them opens it.',
    {
      script: [secondDeliveryDuring('handovers.prepare'), secondDeliveryIsSlow],
      isQuiet: true,
    },
  ),
  story(
    'an operator holds the key while a delivery opens its rotation',
    'A delivery has decided to deactivate a key, and an operator holds it before the rotation opens: nothing is done.',
    {
      organization: enforcing('delete'),
      script: [{ at: 'rotate ledger.commit', nth: 1, deed: holdAll }],
      holds: ['operator'],
      never: ['nagging deactivated'],
    },
  ),
  story(
    'an operator exempts the key while a delivery deactivates it',
    'An operator exempts the key while keynag deactivates it: keynag records the deactivation and reports no error.',
    {
      organization: enforcing('delete'),
      script: [{ at: 'mutations.deactivate', nth: 1, deed: does('exempts a key for a day') }],
      facts: ['nagging deactivated'],
      isQuiet: true,
    },
  ),
]
