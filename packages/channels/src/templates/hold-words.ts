import { HoldCode, type KeyCard } from '@keynag/core'
import { plain, say, type Step } from '../document.ts'
import { deleteCommand, lastUsedCommand, rollbackCommand } from './commands.ts'

interface HoldWords {
  readonly means: string
  readonly first: (key: KeyCard) => Step
}

const step = (words: string) => (): Step => ({ text: plain(words) })

const words: Readonly<Record<HoldCode, HoldWords>> = {
  'owner-unreachable': {
    means: 'no message about it reached anybody, so keynag does nothing to it',
    first: step(
      'Give the IAM user an owner tag with a working address, or set a default contact in keynag.config.ts.',
    ),
  },
  'still-in-use': {
    means: 'something still uses the key and would stop working without it',
    first: step(
      'Find out what uses the key (see "Last used" above), and move that to a new key or a role.',
    ),
  },
  'use-unknown': {
    means: 'keynag could not read when the key was last used, and unknown does not mean unused',
    first: (key) => ({
      text: plain('Check yourself when the key was last used.'),
      commands: [lastUsedCommand(key)],
    }),
  },
  reactivated: {
    means: 'somebody switched the key on again, or changed it, after keynag had deactivated it',
    first: step('Ask the owner what needs the key, and move that to a new key or a role.'),
  },
  'rolled-back': {
    means: 'an operator told keynag to switch the key on again',
    first: step('Find out what needs the key, and move that to a new key or a role.'),
  },
  'two-keys': {
    means: 'the user already has two keys, and IAM allows no third one',
    first: (key) => ({
      text: plain(
        'Ask the owner which of the two keys to keep, and delete the other one. This command deletes the key that is on hold:',
      ),
      commands: [deleteCommand(key)],
    }),
  },
  'orphan-unproven': {
    means: 'the user has a newer key, and keynag cannot prove that it created that key itself',
    first: step('Find out who created the newer key. If nobody created it on purpose, delete it.'),
  },
  'replacement-unusable': {
    means: 'its replacement does not work',
    first: step(
      'Find out why AWS refuses the new key. A policy that denies it is one possible cause.',
    ),
  },
  'replacement-gone': {
    means: 'its replacement was deleted or deactivated, so keynag must not take the old key away',
    first: (key) =>
      key.status === 'Active'
        ? { text: plain('Ask the owner whether somebody removed the replacement on purpose.') }
        : {
            text: plain(
              'Ask the owner whether somebody removed the replacement on purpose. If the owner still needs a key, switch the old one on again. If not, release the hold: keynag tells the owner a new date, and then deletes the old key.',
            ),
            commands: [rollbackCommand(key)],
          },
  },
  'handover-gone': {
    means:
      'nobody can fetch its replacement: the secret that holds it was deleted or changed, so keynag must not take the old key away',
    first: step(
      'Ask who deleted the secret. If it is only scheduled for deletion and the owner still needs the replacement, restore it with aws secretsmanager restore-secret. Otherwise delete the new key, if there is one, so that keynag can make another.',
    ),
  },
  'replacement-not-fetched': {
    means:
      'the key is in use, or may be, and nobody has fetched or used its replacement, so keynag must not take the key away',
    first: step(
      'Ask the owner why. A user who may do nothing without MFA has to fetch the secret with an MFA session, or in the AWS console.',
    ),
  },
  'policy-gone': {
    means: 'keynag.config.ts no longer has the policy of this key',
    first: step('Put the policy back, or change another policy so that it matches this key.'),
  },
  protected: {
    means: 'keynag.config.ts protects the user or its path',
    first: step(
      'If that is intended, do nothing. Otherwise take the user or the path off the protected list.',
    ),
  },
  operator: {
    means: 'an operator asked for the hold',
    first: step('Ask that operator. The reason is above.'),
  },
}

/** What a hold means and what to do first. The code may be one of a newer release. */
export function holdWords(code: string): HoldWords {
  const known = HoldCode.safeParse(code)
  return known.success
    ? words[known.data]
    : {
        means: 'a newer release of keynag set this hold, and this release does not know its code',
        first: () => ({ text: say`Look up ${code} in the runbook.` }),
      }
}
