import type { MessageOf } from '@keynag/core'
import { heading, say, type Document } from '../document.ts'
import { betterThanAKey, createStep } from './advice.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** The end of a key. */
export function deleted(message: MessageOf<'deleted'>): Document {
  const { key, now } = message
  // Its status before is of no interest any more.
  const facts = keyFacts(key, now).map((fact) =>
    fact.label === 'Key' ? { label: 'Key', text: say`${key.accessKeyId} (deleted)` } : fact,
  )
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is deleted`,
    title: 'An access key was deleted',
    summary: [
      say`keynag deleted the ${keyName(key)}. It cannot be brought back, and nothing more needs doing.`,
    ],
    blocks: [
      { kind: 'facts', facts },
      heading('If something still needed it'),
      {
        kind: 'steps',
        steps: [
          createStep(
            key,
            say`Use something better than a key (below). If it has to be a key, create a new one in account ${key.accountId}.`,
          ),
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(message, 'Questions? Ask the people who run keynag.'),
  }
}
