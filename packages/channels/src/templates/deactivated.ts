import { hourMs, isoDay, type EpochMs, type KeyCard, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document, type Text } from '../document.ts'
import { betterThanAKey, whyUnwanted } from './advice.ts'
import { deleteCommand } from './commands.ts'
import { utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { keyFacts, keyName } from './key-words.ts'

/** The deletion comes before anybody can act on this message. */
const isSoon = (deletesAt: EpochMs | undefined, now: EpochMs): boolean =>
  deletesAt !== undefined && deletesAt <= now + hourMs

const soonDeleted = (key: KeyCard): readonly Text[] => [
  say`${strong('keynag deletes the key at its next run.')} That cannot be undone, so do not expect the key to come back.`,
  say`Did something stop working? Move it to something better (see below). If you need help, tell the people who run keynag, and name the key ID ${key.accessKeyId}.`,
]

const laterDeleted = ({ key, now, deletesAt }: MessageOf<'deactivated'>): readonly Text[] => [
  deletesAt === undefined
    ? plain('The key stays Inactive. keynag does not delete it without another message to you.')
    : say`The key can be switched on again until keynag deletes it. That is on ${strong(utcFrom(deletesAt, now))} at the earliest.`,
  say`Did something stop working? Tell the people who run keynag, and name the key ID ${key.accessKeyId}. They can switch the key on again at once, and hold it until you have moved to something else.`,
]

/** To the owner: the key is deactivated, and can be switched on again until it is deleted. */
export function deactivated(message: MessageOf<'deactivated'>): Document {
  const { key, now, deletesAt } = message
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}) is deactivated${deletesAt === undefined ? '' : `; deletion on ${isoDay(deletesAt)}`}`,
    title: 'An access key was deactivated',
    summary: [
      say`keynag deactivated the ${keyName(key)}. AWS now refuses every request that is signed with it.`,
      ...(key.keysUnwanted === undefined
        ? []
        : [say`The reason: ${whyUnwanted(key.keysUnwanted)}`]),
      ...(isSoon(deletesAt, now) ? soonDeleted(key) : laterDeleted(message)),
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
          ...(isSoon(deletesAt, now)
            ? []
            : [
                {
                  text: plain(
                    'If you want to delete the key today, run this. It cannot be undone.',
                  ),
                  commands: [deleteCommand(key)],
                },
              ]),
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
