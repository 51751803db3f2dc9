import { dayMs } from '@keynag/core'
import { startsAt } from '../../scenario.ts'
import { installs } from '../estate-of.ts'
import { crashAfter, after, all, does, inPhase, securityHeardOf } from './cues.ts'
import { story, type Story } from './story.ts'

const ways = [
  {
    how: 'scheduled for deletion',
    goes: does('schedules the deletion of the hand-over secret'),
  },
  { how: 'deleted at once', goes: does('deletes the hand-over secret at once') },
] as const

/** People delete the hand-over secret, before and after keynag has put the replacement in it. */
export const lostSecrets: readonly Story[] = [
  ...ways.flatMap(({ how, goes }) => [
    story(
      `before the new key is made, its secret is ${how}`,
      'The empty hand-over secret is gone: keynag makes no key. The next day it begins again with another secret.',
      {
        script: [{ at: 'rotate iam.userInFull', nth: 1, when: inPhase('prepared'), deed: goes }],
        facts: ['issuing replacement-issued', 'deactivated deleted'],
        isQuiet: true,
      },
    ),
    story(
      `before its policy is set, the secret is ${how}`,
      'A delivery dies after it made the empty hand-over secret, and the secret goes: keynag begins again with another secret.',
      {
        script: [crashAfter('handovers.prepare'), { at: 'handovers.prepare', nth: 2, deed: goes }],
        facts: ['issuing replacement-issued', 'deactivated deleted'],
      },
    ),
    story(
      `while the new key is made, its secret is ${how}`,
      'The new key cannot be stored: keynag undoes it, makes no other, and holds the old key. Security hears of it.',
      {
        script: [{ at: 'mutations.create', nth: 1, deed: goes }],
        begin: after(2, 0, securityHeardOf(1)),
        holds: ['handover-gone'],
        facts: ['issuing held'],
        never: ['issuing replacement-issued'],
      },
    ),
    story(
      `a delivery dies with the new key, and its secret is ${how}`,
      'Nobody has the secret of the new key: keynag undoes the key, makes no other, and holds the old key.',
      {
        script: [{ ...crashAfter('mutations.create'), deed: goes }],
        recoveries: ['orphan-off', 'orphan-deleted'],
        holds: ['handover-gone'],
        never: ['issuing replacement-issued'],
      },
    ),
    story(
      `before the new key is issued, its secret is ${how}`,
      'The new key was stored, and its secret is gone before the owner was told: keynag undoes the key and holds the old one.',
      {
        script: [{ at: 'rotate iam.userInFull', nth: 1, when: inPhase('stored'), deed: goes }],
        recoveries: ['orphan-off', 'orphan-deleted'],
        holds: ['handover-gone'],
        never: ['issuing replacement-issued'],
      },
    ),
    story(
      `nobody has fetched the replacement, and its secret is ${how}`,
      'Nobody can fetch the replacement any more: keynag does not deactivate the old key and holds it.',
      {
        begin: after(0, 5, goes),
        onLetter: () => undefined,
        holds: ['handover-gone'],
        never: ['issued deactivated'],
      },
    ),
    story(
      `the replacement is in use, and its secret is ${how}`,
      'The owner has the replacement and needs the secret no more: keynag goes on.',
      { begin: after(0, 12, goes), facts: ['deactivated deleted'] },
    ),
    story(
      `the owner has fetched the replacement and does not use it yet, and its secret is ${how}`,
      'CloudTrail shows that the owner has the replacement: keynag goes on.',
      {
        begin: all(
          after(0, 5, does('fetches the new key and does not use it')),
          after(0, 12, goes),
        ),
        onLetter: () => undefined,
        facts: ['issued deactivated', 'deactivated deleted'],
      },
    ),
    story(
      `the old key is deactivated, and the secret of its replacement is ${how}`,
      'Nobody can fetch the replacement any more: keynag does not delete the old key and holds it.',
      {
        begin: after(1, 12, goes),
        onLetter: () => undefined,
        holds: ['handover-gone'],
        facts: ['issued deactivated'],
        never: ['deactivated deleted'],
      },
    ),
    story(
      `the secret is ${how}, the replacement is deleted, and an operator lets another be made`,
      'After the release keynag warns the owner again and makes another replacement.',
      {
        begin: all(
          after(0, 5, goes),
          after(3, 0, does('deletes the new key')),
          after(3, 1, does('releases every hold')),
        ),
        onLetter: () => undefined,
        holds: ['handover-gone'],
        facts: ['issued begun-anew', 'issuing replacement-issued'],
      },
    ),
  ]),
  story(
    'the secret is scheduled for deletion, and an operator restores it',
    'The owner can fetch the replacement again: after the release keynag tells the owner anew, and goes on with that replacement.',
    {
      begin: all(
        after(0, 5, does('schedules the deletion of the hand-over secret')),
        after(3, 0, does('restores the hand-over secret')),
        after(3, 1, does('releases every hold')),
      ),
      holds: ['handover-gone'],
      onLetter: (simulation, _letter, message) => {
        if (simulation.now > startsAt + 3 * dayMs) installs(simulation, message)
      },
      facts: ['issued begun-anew', 'issuing replaced-by-owner', 'deactivated deleted'],
    },
  ),
]
