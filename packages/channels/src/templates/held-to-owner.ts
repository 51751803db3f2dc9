import type { MessageOf } from '@keynag/core'
import { heading, plain, say, type Document, type LabelledText, type Step } from '../document.ts'
import { withMfa } from './advice.ts'
import { fetchSecretCommand } from './commands.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** To the owner, who was told a date: keynag stopped, and the date is off until security decides. */
export function heldToOwner(message: MessageOf<'held-to-owner'>): Document {
  const { code, key, now, replacementKeyId } = message
  const isFetchable = code === 'replacement-not-fetched'
  return {
    subject: isFetchable
      ? `Please fetch the new access key for ${key.userName}: the old key is still in use`
      : `keynag stopped: the new access key for ${key.userName} cannot be fetched`,
    title: isFetchable
      ? 'Your old access key is still in use, and nobody has fetched the new one'
      : 'The replacement of an access key cannot be fetched',
    summary: [
      isFetchable
        ? say`keynag did not deactivate the ${keyName(key)}: it is in use, or may be, and AWS shows no fetch and no use of its replacement.`
        : say`keynag stopped the replacement of the ${keyName(key)}: the secret with the new key was deleted or changed, so nobody can fetch the key from it.`,
      key.status === 'Active'
        ? plain('The old key goes on working. A date in an earlier message is off.')
        : plain('The old key stays Inactive, and keynag does not delete it for now.'),
      plain(
        'The security contact was told, and decides how to go on. Before keynag changes the old key after that, it tells you again, with a new date.',
      ),
    ],
    blocks: [
      { kind: 'facts', facts: [...keyFacts(key, now), ...newKey(replacementKeyId)] },
      heading('What to do'),
      { kind: 'steps', steps: isFetchable ? toFetch(message) : toAnswer(message) },
    ],
    footer: footer(message, 'You are told because keynag has you as the contact for this key.'),
  }
}

const newKey = (id: string | undefined): readonly LabelledText[] =>
  id === undefined ? [] : [{ label: 'New key', text: say`${id}` }]

const toFetch = ({ key, secretArn }: MessageOf<'held-to-owner'>): readonly Step[] => [
  ...(secretArn === undefined
    ? []
    : [
        {
          text: say`Fetch the new key with this command, signed in with the old key. Only ${key.userName} can read it.`,
          commands: [fetchSecretCommand(secretArn)],
        },
        withMfa,
      ]),
  {
    text: plain(
      'Put the new key everywhere the old key is used. If you cannot fetch it, tell the security contact why.',
    ),
  },
]

const toAnswer = ({ replacementKeyId }: MessageOf<'held-to-owner'>): readonly Step[] => [
  {
    text: plain(
      'If you deleted or changed the secret, tell the security contact why. If you have the new key already, say so.',
    ),
  },
  ...(replacementKeyId === undefined
    ? []
    : [
        {
          text: say`If you need neither key, you can delete both: ${replacementKeyId} is the new one.`,
        },
      ]),
]
