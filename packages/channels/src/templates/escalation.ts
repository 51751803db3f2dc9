import type { MessageOf } from '@keynag/core'
import { count, heading, plain, say, strong, type Document, type Noun } from '../document.ts'
import { retireSteps } from './advice.ts'
import { days } from './dates.ts'
import { footer } from './footer.ts'
import { age, keyFacts, keyName, next } from './key-words.ts'

const reminders: Noun = { one: 'reminder', many: 'reminders' }

/** For a manager, a channel or security: the owner has not acted. */
export function escalation(message: MessageOf<'escalation'>): Document {
  const { key, now } = message
  const told =
    key.nagCount === 0
      ? say`No reminder has reached its owner, ${message.owner}, so far.`
      : say`Its owner, ${message.owner}, has had ${plain(count(key.nagCount, reminders))} and has not acted.`
  return {
    subject: `Please help: access key ${key.accessKeyId} (${key.userName}) is ${days(key.ageDays)} old`,
    title: 'An access key needs your help',
    summary: [
      say`The ${keyName(key)} is ${strong(age(key))}. ${told}`,
      say`If nobody acts, ${next(key.ahead, now)}.`,
    ],
    blocks: [
      {
        kind: 'facts',
        facts: [
          ...keyFacts(key, now),
          { label: 'Why you', text: say`${message.rule} (escalation level ${message.level})` },
        ],
      },
      heading('What to do'),
      {
        kind: 'steps',
        steps: [
          {
            text: say`Ask ${message.owner} what still uses the key, and agree on a day to replace it.`,
          },
          {
            text: plain(
              'Wrong owner? Ask the people who run keynag to correct the contact, so that the right person is told.',
            ),
          },
          ...retireSteps(key),
        ],
      },
    ],
    footer: footer(
      message,
      'Nothing else is needed once the key is gone; keynag sees it at its next scan.',
    ),
  }
}
