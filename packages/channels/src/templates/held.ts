import type { MessageOf } from '@keynag/core'
import { heading, plain, say, type Document } from '../document.ts'
import { footer } from './footer.ts'
import { holdWords } from './hold-words.ts'
import { keyFacts, keyName } from './key-words.ts'

/** Automation stopped for a key, and a person has to decide. */
export function held(message: MessageOf<'held'>): Document {
  const { key, now } = message
  const { means, first } = holdWords(message.code)
  return {
    subject: `On hold (${message.code}): access key ${key.accessKeyId} (${key.userName})`,
    title: 'An access key is on hold and needs a decision',
    summary: [
      say`keynag stopped for the ${keyName(key)}: ${plain(means)}.`,
      plain('Nothing more happens to this key by itself until an operator releases the hold.'),
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Hold', text: say`${message.code}` },
          { label: 'Why', text: say`${message.why}` },
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
            text: plain('See every decision that led here.'),
            commands: [`keynag explain ${key.accessKeyId}`],
          },
          {
            text: plain(
              'Then an operator releases the hold, and keynag goes on from where it stopped.',
            ),
          },
        ],
      },
    ],
    footer: footer(message, 'A hold is a safety stop, not an accusation.'),
  }
}
