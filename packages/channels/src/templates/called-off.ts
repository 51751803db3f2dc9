import { isoDay, type MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Document, type Text } from '../document.ts'
import { utc, utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { holdWords } from './hold-words.ts'
import { deedNoun, keyFacts, keyName } from './key-words.ts'

type CalledOff = MessageOf<'called-off'>

/** To the owner, or a former one, who read a date: it does not stand, and why. */
export function calledOff(message: CalledOff): Document {
  const { key, now, deed, date, because } = message
  const noun = deedNoun[deed]
  const isMoved = because.kind === 'moved'
  return {
    subject: `Access key ${key.accessKeyId} (${key.userName}): no ${noun} on ${isoDay(date)}${isMoved ? `; new date ${isoDay(because.to)}` : ''}`,
    title: isMoved ? 'A date has moved' : 'An announced date is off',
    summary: [
      say`keynag told you that the ${plain(noun)} of the ${keyName(key)} comes on ${plain(utc(date))}. ${strong('That date does not stand any more.')}`,
      ...reason(message),
      plain('If you have questions, ask the people who run keynag.'),
    ],
    blocks: [
      // How the key is used is no business of a former owner.
      ...(because.kind === 'owner-changed'
        ? []
        : [{ kind: 'facts' as const, facts: keyFacts(key, now) }]),
      heading('What to do'),
      { kind: 'steps', steps: [{ text: advice(message) }] },
    ],
    footer: footer(message, 'You are told because keynag had told you the earlier date.'),
  }
}

function reason({ because, now, deed }: CalledOff): readonly Text[] {
  switch (because.kind) {
    case 'held':
      return [
        say`The key is on hold (${because.code}): ${plain(holdWords(because.code).means)}.`,
        plain(
          'keynag does nothing more to the key until an operator releases it. Before it does anything then, it tells you a new date, with the full time to prepare.',
        ),
      ]
    case 'exempt':
      return [
        say`An operator exempted the key: keynag leaves it alone until ${strong(utcFrom(because.until, now))}. Before it does anything after that, it tells you a new date.`,
      ]
    case 'moved':
      return [
        say`keynag could not act on that date. The ${plain(deedNoun[deed])} comes on ${strong(utcFrom(because.to, now))} at the earliest${plain(because.isFinal === true ? ', and keynag then deletes the key at once' : '')}.`,
      ]
    case 'resolved':
      return [say`${plain(resolvedBecause[because.how])} keynag has nothing more to do with it.`]
    case 'not-enforced':
      return [
        plain(
          'The policy of the key was changed, and keynag does not do that by itself any more. If this changes, it tells you a new date first.',
        ),
      ]
    case 'owner-changed':
      return [
        plain(
          'keynag has found another owner of the key since then, so what it told you does not count any more. Whenever the key is yours, it tells you a new date before it does anything to the key, with the full time to prepare.',
        ),
      ]
    default:
      return because satisfies never
  }
}

const resolvedBecause = {
  'deleted-by-owner': 'The key is deleted. Thank you, if that was you.',
  'deactivated-by-owner': 'The key is deactivated. Thank you, if that was you.',
  'user-deleted': 'The IAM user of the key is deleted.',
  'no-longer-in-policy': 'No policy covers the key any more.',
  'account-closed': 'The AWS account of the key is closed.',
} as const

function advice({ because, key }: CalledOff): Text {
  switch (because.kind) {
    case 'held':
      return key.status === 'Active'
        ? plain(
            'Find out what still uses the key, and move that to something better. Tell the people who run keynag when it is done: they release the hold.',
          )
        : plain('Tell the people who run keynag what you know about the key: they decide.')
    case 'moved':
    case 'exempt':
    case 'not-enforced':
      return key.status === 'Active'
        ? plain('Please replace the key all the same, before it is urgent.')
        : plain('You need not do anything.')
    case 'resolved':
      return plain('You need not do anything.')
    case 'owner-changed':
      return plain(
        'You need not do anything. If the key is yours all the same, tell the people who run keynag.',
      )
    default:
      return because satisfies never
  }
}
