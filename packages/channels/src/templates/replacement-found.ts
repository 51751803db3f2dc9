import { isoDay, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { retireSteps } from './advice.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyName, lastUse } from './key-words.ts'

/** The owner made a new key: nothing is issued, and the old one goes. */
export function replacementFound(message: MessageOf<'replacement-found'>): Document {
  const { key, now } = message
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is replaced; deactivation on ${isoDay(message.deactivatesAt)}`,
    title: 'A newer access key is in use; the old one goes',
    summary: [
      say`There is a newer key, ${message.replacementKeyId}, so keynag issues none. Thank you for replacing it.`,
      say`The old ${keyName(key)} stops working on ${strong(utcFrom(message.deactivatesAt, now))}.`,
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'New key', text: say`${message.replacementKeyId}` },
          { label: 'Old key', text: say`${key.accessKeyId}` },
          { label: 'Old key works until', text: plain(utcFrom(message.deactivatesAt, now)) },
          { label: 'Old key last used', text: lastUse(key.lastUsed, now) },
        ],
      },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Move whatever still uses ${key.accessKeyId} to ${message.replacementKeyId}.`,
          },
          ...retireSteps(key),
        ],
      },
    ],
    footer: footer(
      message,
      'Is the newer key for something else? Tell the people who run keynag before that day.',
    ),
  }
}
