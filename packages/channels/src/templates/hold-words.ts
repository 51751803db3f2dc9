import { HoldCode, type KeyCard } from '@keynag/core'
import { plain, say, type Step } from '../document.ts'
import { deleteCommand, lastUsedCommand } from './commands.ts'

interface HoldWords {
  readonly means: string
  readonly first: (key: KeyCard) => Step
}

const step = (words: string) => (): Step => ({ text: plain(words) })

const words: Readonly<Record<HoldCode, HoldWords>> = {
  'owner-unreachable': {
    means: 'nobody could be told about the key, so nothing is done to it',
    first: step('Give the IAM user an owner tag with a working address, or set a default contact.'),
  },
  'still-in-use': {
    means: 'something still uses the key, and taking it away would break that',
    first: step('Find what uses it (the last use is above) and move it to a new key or a role.'),
  },
  'use-unknown': {
    means: 'its last use could not be read, and unknown does not mean unused',
    first: (key) => ({
      text: plain('Look at the last use by hand.'),
      commands: [lastUsedCommand(key)],
    }),
  },
  reactivated: {
    means: 'somebody switched a key on again after keynag had deactivated it',
    first: step('Ask the owner what needs it, and move that to a new key or a role.'),
  },
  'rolled-back': {
    means: 'an operator had keynag switch the key on again, so nothing more is done to it',
    first: step('Find out what needs the key; release the hold when that is settled.'),
  },
  'two-keys': {
    means: 'the user has two keys already, and IAM allows no third',
    first: (key) => ({
      text: plain(
        'Ask the owner which of the two to keep, and delete the other. If it is this one:',
      ),
      commands: [deleteCommand(key)],
    }),
  },
  'orphan-unproven': {
    means: 'it cannot be proven that keynag made the new key it found',
    first: step('Find out who created the newer key, and delete it if nobody did on purpose.'),
  },
  'replacement-unusable': {
    means: 'the replacement does not work',
    first: step('See why the new key is refused, such as a policy that denies it.'),
  },
  'replacement-gone': {
    means: 'the replacement is gone or inactive, so the old key must not go',
    first: step('Ask the owner whether the replacement was removed on purpose.'),
  },
  'policy-gone': {
    means: 'the policy that this key was under is no longer configured',
    first: step('Put the policy back, or let another one match this key.'),
  },
  protected: {
    means: 'the user or its path is protected in the configuration',
    first: step('Nothing, if that is intended; else take it off the protected list.'),
  },
  operator: {
    means: 'an operator asked for it',
    first: step('Ask the operator, whose reason is below.'),
  },
}

/** What a hold means and what to do first; a code of a newer release says so. */
export function holdWords(code: string): HoldWords {
  const known = HoldCode.safeParse(code)
  return known.success
    ? words[known.data]
    : {
        means: 'a reason that this release has no words for',
        first: () => ({ text: say`Look up ${code} in the runbook.` }),
      }
}
