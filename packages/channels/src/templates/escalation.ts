import type { MessageOf } from '@keynag/core'
import { count, heading, plain, say, strong, type Document, type Noun } from '../document.ts'
import { retireSteps } from './advice.ts'
import { days } from './dates.ts'
import { footer } from './footer.ts'
import { age, keyFacts, keyName, next } from './key-words.ts'

const reminders: Noun = { one: 'reminder', many: 'reminders' }

/** To a manager, a channel or security, because the owner has not acted. */
export function escalation(message: MessageOf<'escalation'>): Document {
  const { key, now } = message
  const told =
    key.nagCount === 0
      ? say`No reminder to replace it has reached its owner, ${message.owner}, so far.`
      : say`Its owner, ${message.owner}, has received ${plain(count(key.nagCount, reminders))} and has not acted.`
  return {
    subject: `Please help: access key ${key.accessKeyId} (${key.userName}) is ${days(key.ageDays)} old`,
    title: 'An access key needs your help',
    summary: [
      say`Please help to replace the ${keyName(key)}. It is ${strong(age(key))}. ${told}`,
      say`If nobody acts, ${next(key.ahead, now)}.`,
      say`Why you are asked: ${message.rule} (escalation level ${message.level}). If the owner is somebody else, please tell the people who run keynag, so that they can correct the contact.`,
    ],
    blocks: [
      { kind: 'facts', facts: keyFacts(key, now) },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Ask ${message.owner} what still uses the key, and agree on a day on which it is replaced.`,
          },
          ...retireSteps(key),
        ],
      },
    ],
    footer: footer(
      message,
      'When the key is deleted, you need not report it: keynag sees that at its next scan.',
    ),
  }
}
