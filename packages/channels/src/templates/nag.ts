import { isoDay, type Ahead, type EpochMs, type KeyCard, type MessageOf } from '@keynag/core'
import {
  count,
  heading,
  paragraph,
  plain,
  say,
  strong,
  type Block,
  type Document,
  type Text,
} from '../document.ts'
import { betterThanAKey, createStep, retireSteps } from './advice.ts'
import { days, utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { age, deedNoun, keyFacts, keyItem, keyName, keys, next, oldestFirst } from './key-words.ts'

/** One reminder for everything an audience has to do. */
export function nag(message: MessageOf<'nag'>): Document {
  const due = oldestFirst(message.keys)
  const [oldest] = due
  const only = due.length === 1 ? oldest : undefined
  return {
    ...(only === undefined ? several(due, message.now) : single(only, message.now)),
    blocks: [
      ...(only === undefined
        ? listOf(due, message.now)
        : [{ kind: 'facts' as const, facts: keyFacts(only, message.now) }]),
      ...(oldest === undefined ? [] : whatToDo(oldest, due.length)),
      ...betterThanAKey,
      ...alsoOpen(oldestFirst(message.alsoOpen), message.now),
    ],
    footer: footer(message, 'Need more time, or not your key? Tell the people who run keynag.'),
  }
}

type Opening = Pick<Document, 'subject' | 'title' | 'summary'>

const single = (key: KeyCard, now: EpochMs): Opening => ({
  subject: `Access key ${key.accessKeyId} (${key.userName}) is ${days(key.ageDays)} old${deadline(key.ahead, now)}`,
  title: 'An access key is due to be replaced',
  summary: [
    say`The ${keyName(key)} is ${strong(age(key))}. Please replace it or, better, stop needing it.`,
    consequence(key.ahead, now),
  ],
})

function several(due: readonly KeyCard[], now: EpochMs): Opening {
  const first = soonest(due)
  const oldestDays = due[0]?.ageDays ?? 0
  return {
    subject: `${count(due.length, keys)} to replace, the oldest ${days(oldestDays)} old${first === undefined ? '' : `; first ${nounAndDay(first, now)}`}`,
    title: `${count(due.length, keys)} are due to be replaced`,
    summary: [
      say`The oldest is ${strong(`${days(oldestDays)} old`)}. Please replace them or, better, stop needing them.`,
      first === undefined
        ? plain('Nothing has a date yet; each key below says what comes.')
        : say`If nobody acts, the first ${plain(deedNoun[first.kind])} is ${first.at <= now ? strong("at keynag's next run") : say`on ${strong(utcFrom(first.at, now))}`}.`,
    ],
  }
}

const consequence = (ahead: Ahead, now: EpochMs): Text =>
  ahead.kind === 'nothing'
    ? plain('keynag does not touch the key by itself; it goes on reminding.')
    : say`If nobody acts, ${next(ahead, now)}.`

interface Dated {
  readonly kind: Exclude<Ahead['kind'], 'nothing'>
  readonly at: EpochMs
}

const dated = (ahead: Ahead): Dated | undefined =>
  ahead.kind === 'nothing' || ahead.at === undefined
    ? undefined
    : { kind: ahead.kind, at: ahead.at }

const soonest = (cards: readonly KeyCard[]): Dated | undefined =>
  cards
    .map((key) => dated(key.ahead))
    .filter((ahead) => ahead !== undefined)
    .sort((a, b) => a.at - b.at)[0]

const nounAndDay = ({ kind, at }: Dated, now: EpochMs): string =>
  `${deedNoun[kind]} ${at <= now ? "at keynag's next run" : `on ${isoDay(at)}`}`

function deadline(ahead: Ahead, now: EpochMs): string {
  const time = dated(ahead)
  return time === undefined ? ', please replace it' : `; ${nounAndDay(time, now)}`
}

const listOf = (cards: readonly KeyCard[], now: EpochMs): readonly Block[] => [
  { kind: 'list', noun: keys, items: cards.map((key) => keyItem(key, now)) },
]

const whatToDo = (key: KeyCard, amount: number): readonly Block[] => [
  heading('What to do'),
  ...(amount === 1
    ? []
    : [
        paragraph(
          say`The commands are for the oldest key, ${key.accessKeyId}; use the others' IDs and users in turn.`,
        ),
      ]),
  {
    kind: 'steps',
    steps: [
      createStep(
        key,
        say`Move what uses the key to something better (below). If it has to be a key, create a new one in account ${key.accountId} and use that; a user can have two.`,
      ),
      ...retireSteps(key),
    ],
  },
]

const alsoOpen = (cards: readonly KeyCard[], now: EpochMs): readonly Block[] =>
  cards.length === 0 ? [] : [heading('Also open, no reminder due yet'), ...listOf(cards, now)]
