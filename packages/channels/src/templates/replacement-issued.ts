import { isoDay, type EpochMs, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { betterThanAKey } from './advice.ts'
import { deactivateCommand, fetchSecretCommand } from './commands.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyName, lastUse } from './key-words.ts'

/** The replacement waits in Secrets Manager; the message only points at it. */
export function replacementIssued(message: MessageOf<'replacement-issued'>): Document {
  const { key, now } = message
  const fetchBy = earlier(message.deactivatesAt, message.retireAt)
  return {
    subject: `Fetch the new access key for ${key.userName} before ${isoDay(fetchBy)}`,
    title: 'A replacement access key is ready',
    summary: [
      say`${message.replacementKeyId} replaces the ${keyName(key)}.`,
      say`The old key stops working on ${strong(utcFrom(message.deactivatesAt, now))}. Fetch the new one before ${plain(fetchBy === message.deactivatesAt ? 'that' : utcFrom(fetchBy, now))}: it takes one command, and the old key.`,
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'New key', text: say`${message.replacementKeyId}` },
          { label: 'Old key', text: say`${key.accessKeyId}` },
          { label: 'Old key works until', text: plain(utcFrom(message.deactivatesAt, now)) },
          { label: 'Hand-over kept until', text: plain(utcFrom(message.retireAt, now)) },
          { label: 'Old key last used', text: lastUse(key.lastUsed, now) },
        ],
      },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Fetch the new key, signed in with the old one. Only ${key.userName} can read it. If the old key has stopped already, ask the people who run keynag.`,
            commands: [fetchSecretCommand(message.secretArn)],
          },
          { text: plain('Put it wherever the old key is used, and see that all works.') },
          {
            text: say`Deactivate the old key, or leave it: keynag does so on ${plain(utcFrom(message.deactivatesAt, now))}.`,
            commands: [deactivateCommand(key)],
          },
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(
      message,
      'No message ever carries the secret itself; please do not paste it into one.',
    ),
  }
}

const earlier = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)
