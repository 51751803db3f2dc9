import { isoDay, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { deletedAtOnce, retireSteps } from './advice.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyName, lastUse } from './key-words.ts'

/**
 * To the owner, whose user has a newer key: keynag issues none, and will deactivate the old one. A former
 * owner may have had the news of it.
 */
export function replacementFound(message: MessageOf<'replacement-found'>): Document {
  const { key, now } = message
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is replaced; deactivation on ${isoDay(message.deactivatesAt)}`,
    title: 'An access key is replaced, and the old one will be deactivated',
    summary: [
      message.isKeynags === undefined
        ? say`The IAM user has a newer key, ${message.replacementKeyId}, so keynag issues no replacement. Thank you, if that was you.`
        : say`keynag created ${message.replacementKeyId} to replace the ${keyName(key)}. The secret of ${message.replacementKeyId} cannot be fetched any more.`,
      say`Please move everything to the newer key in time: the old ${keyName(key)} stops working on ${strong(utcFrom(message.deactivatesAt, now))}.`,
      ...deletedAtOnce(message),
      plain(
        message.isKeynags === undefined
          ? 'If the newer key is for something else, please tell the people who run keynag before that day.'
          : 'If you do not have the newer key, please tell the people who run keynag before that day.',
      ),
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
            text: say`Move everything that still uses ${key.accessKeyId} to ${message.replacementKeyId}.`,
          },
          ...retireSteps(key),
        ],
      },
    ],
    footer: footer(message, 'You are told because keynag has you as the contact for this key.'),
  }
}
