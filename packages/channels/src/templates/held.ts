import type { MessageOf } from '@keynag/core'
import { heading, plain, say, type Document } from '../document.ts'
import { releaseCommand, storyCommand } from './commands.ts'
import { footer } from './footer.ts'
import { holdWords } from './hold-words.ts'
import { keyFacts, keyName } from './key-words.ts'

/** To security: keynag put a key on hold, and a person has to decide. */
export function held(message: MessageOf<'held'>): Document {
  const { key, now } = message
  const { means, first } = holdWords(message.code)
  return {
    subject: `Please decide: access key ${key.accessKeyId} (${key.userName}) is on hold (${message.code})`,
    title: 'An access key is on hold and needs your decision',
    summary: [
      say`keynag put the ${keyName(key)} on hold: ${plain(means)}. Please decide what happens to the key.`,
      plain('Until an operator releases the hold, keynag does nothing more to this key.'),
      plain(
        'You are asked as the security contact, because only a person can decide this. If you have questions, ask the people who run keynag.',
      ),
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Hold', text: say`${message.code}` },
          { label: 'Reason', text: say`${message.why}` },
          { label: 'Owner', text: say`${message.owner}` },
          ...keyFacts(key, now),
        ],
      },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          first(key),
          {
            text: plain(
              'See everything that happened to the key, and why. NAME is the stage that keynag is deployed as.',
            ),
            commands: [storyCommand(key)],
          },
          {
            text: plain(
              'When the cause is settled, release the hold. keynag then goes on where it stopped.',
            ),
            commands: [releaseCommand(key)],
          },
        ],
      },
    ],
    footer: footer(message, 'A hold is a safety stop. It does not accuse anybody.'),
  }
}
