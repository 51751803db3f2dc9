import { isoDay, type EpochMs, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { betterThanAKey, deletedAtOnce, withMfa } from './advice.ts'
import { deactivateCommand, fetchSecretCommand } from './commands.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyName, lastUse } from './key-words.ts'

/** To the owner: the replacement waits in Secrets Manager. The message only points at it. */
export function replacementIssued(message: MessageOf<'replacement-issued'>): Document {
  const { key, now } = message
  const fetchBy = earlier(message.deactivatesAt, message.retireAt)
  return {
    subject: `Please fetch the new access key for ${key.userName} before ${isoDay(fetchBy)}`,
    title: 'Please fetch your replacement access key',
    summary: [
      say`keynag created ${message.replacementKeyId} to replace the ${keyName(key)}.`,
      say`The old key stops working on ${strong(utcFrom(message.deactivatesAt, now))}. Please fetch the new key before ${plain(fetchBy === message.deactivatesAt ? 'that' : utcFrom(fetchBy, now))}. You need one command, and the old key to sign in with.`,
      ...deletedAtOnce(message),
      plain(
        'If the old key has stopped working already, or if you need more time, ask the people who run keynag.',
      ),
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'New key', text: say`${message.replacementKeyId}` },
          { label: 'Old key', text: say`${key.accessKeyId}` },
          { label: 'Old key works until', text: plain(utcFrom(message.deactivatesAt, now)) },
          { label: 'New key can be fetched until', text: plain(utcFrom(message.retireAt, now)) },
          { label: 'Old key last used', text: lastUse(key.lastUsed, now) },
        ],
      },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Fetch the new key with this command, signed in with the old key. Only ${key.userName} can read it.`,
            commands: [fetchSecretCommand(message.secretArn)],
          },
          withMfa,
          {
            text: plain(
              'Put the new key everywhere the old key is used, and check that everything works.',
            ),
          },
          {
            text: say`Deactivate the old key. If you do not, keynag does so on ${plain(utcFrom(message.deactivatesAt, now))}.`,
            commands: [deactivateCommand(key)],
          },
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(
      message,
      'keynag never sends the secret itself in a message. Please do not paste it into one either.',
    ),
  }
}

const earlier = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)
