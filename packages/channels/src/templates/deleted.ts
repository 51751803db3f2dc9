import type { MessageOf } from '@keynag/core'
import { heading, say, type Document } from '../document.ts'
import { betterThanAKey, createStep } from './advice.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** To the owner: the key is deleted. */
export function deleted(message: MessageOf<'deleted'>): Document {
  const { key, now } = message
  const facts = keyFacts(key, now).map((fact) =>
    fact.label === 'Key' ? { label: 'Key', text: say`${key.accessKeyId} (deleted)` } : fact,
  )
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is deleted`,
    title: 'An access key was deleted',
    summary: [
      say`keynag deleted the ${keyName(key)}. A deleted key cannot be brought back. You need not do anything.`,
    ],
    blocks: [
      { kind: 'facts', facts },
      heading('If something still needed the key'),
      {
        kind: 'steps',
        steps: [
          createStep(
            key,
            say`Use something better than a key (see below). If it has to be a key, create a new one in account ${key.accountId}.`,
          ),
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(message, 'If you have questions, ask the people who run keynag.'),
  }
}
