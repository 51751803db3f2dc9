import { isoDay, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { betterThanAKey } from './advice.ts'
import { deleteCommand } from './commands.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** The key is off, and can be switched on again until it is deleted. */
export function deactivated(message: MessageOf<'deactivated'>): Document {
  const { key, now, deletesAt } = message
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is deactivated${deletesAt === undefined ? '' : `; deletion on ${isoDay(deletesAt)}`}`,
    title: 'An access key was deactivated',
    summary: [
      say`keynag deactivated the ${keyName(key)}. What still uses it is refused from now on.`,
      deletesAt === undefined
        ? plain('It stays inactive; keynag does not delete it.')
        : say`It can be undone until keynag deletes the key on ${strong(utcFrom(deletesAt, now))}.`,
    ],
    blocks: [
      { kind: 'facts', facts: keyFacts({ ...key, status: 'Inactive' }, now) },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Something stopped working? Tell the people who run keynag, with the key ID ${key.accessKeyId}. They can switch it on again at once and hold it while you move.`,
          },
          {
            text: plain(
              'All fine? Then nothing. To be done with it today, delete it; this cannot be undone.',
            ),
            commands: [deleteCommand(key)],
          },
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(
      message,
      'Please do not switch it on again yourself: automation then stops and asks a person.',
    ),
  }
}
