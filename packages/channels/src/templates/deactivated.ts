import { isoDay, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document } from '../document.ts'
import { betterThanAKey } from './advice.ts'
import { deleteCommand } from './commands.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** To the owner: the key is deactivated, and can be switched on again until it is deleted. */
export function deactivated(message: MessageOf<'deactivated'>): Document {
  const { key, now, deletesAt } = message
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is deactivated${deletesAt === undefined ? '' : `; deletion on ${isoDay(deletesAt)}`}`,
    title: 'An access key was deactivated',
    summary: [
      say`keynag deactivated the ${keyName(key)}. AWS now refuses every request that is signed with it.`,
      deletesAt === undefined
        ? plain('The key stays Inactive. keynag does not delete it without another message to you.')
        : say`The key can be switched on again until keynag deletes it on ${strong(utcFrom(deletesAt, now))}.`,
      say`Did something stop working? Tell the people who run keynag, and name the key ID ${key.accessKeyId}. They can switch the key on again at once, and hold it until you have moved to something else.`,
    ],
    blocks: [
      { kind: 'facts', facts: keyFacts({ ...key, status: 'Inactive' }, now) },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: plain('Check that everything still works. If it does, you need not do anything.'),
          },
          {
            text: plain('If you want to delete the key today, run this. It cannot be undone.'),
            commands: [deleteCommand(key)],
          },
        ],
      },
      ...betterThanAKey,
    ],
    footer: footer(
      message,
      'Please do not switch the key on again yourself: keynag would then stop and ask an operator to decide.',
    ),
  }
}
