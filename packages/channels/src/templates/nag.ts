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
import { betterThanAKey, createStep, retireSteps, whyUnwanted } from './advice.ts'
import { days, utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { age, deedNoun, keyFacts, keyItem, keyName, keys, next, oldestFirst } from './key-words.ts'

/** One reminder with every key that is due for the same audience. */
export function nag(message: MessageOf<'nag'>): Document {
  const due = oldestFirst(message.keys)
  const [oldest] = due
  const only = due.length === 1 ? oldest : undefined
  return {
    ...(only === undefined ? several(due, message.now) : single(only, message.now)),
    blocks: [
      ...(only === undefined
        ? [...listOf(due, message.now), ...othersFollow(message.following)]
        : [{ kind: 'facts' as const, facts: keyFacts(only, message.now) }]),
      ...(oldest === undefined ? [] : whatToDo(oldest, due.length)),
      ...betterThanAKey,
      ...alsoOpen(oldestFirst(message.alsoOpen), message.now),
    ],
    footer: footer(message, 'keynag reminds you again while a key is still due.'),
  }
}

/** Nobody is asked to replace keys that their policy does not allow. */
const verb = (due: readonly KeyCard[]): string =>
  due.every(({ keysUnwanted }) => keysUnwanted !== undefined) ? 'stop using' : 'replace'

type Opening = Pick<Document, 'subject' | 'title' | 'summary'>

const single = (key: KeyCard, now: EpochMs): Opening => ({
  subject: `Please ${verb([key])} access key ${key.accessKeyId} (${key.userName}), ${days(key.ageDays)} old${deadline(key.ahead, now)}`,
  title: `Please ${verb([key])} an access key`,
  summary: [
    key.keysUnwanted === undefined
      ? say`Please replace the ${keyName(key)}, or stop using a key at all, which is better. The key is ${strong(age(key))}.`
      : say`Please stop using the ${keyName(key)}. The reason: ${whyUnwanted(key.keysUnwanted)}`,
    consequence(key.ahead, now),
    say`How keynag found the owner: ${key.ownerEvidence}. If this is not your key, or if you need more time, please tell the people who run keynag.`,
  ],
})

function several(due: readonly KeyCard[], now: EpochMs): Opening {
  const first = soonest(due)
  const oldestDays = due[0]?.ageDays ?? 0
  return {
    subject: `Please ${verb(due)} ${count(due.length, keys)}, the oldest ${days(oldestDays)} old${first === undefined ? '' : `; first ${nounAndDay(first, now)}`}`,
    title: `Please ${verb(due)} ${count(due.length, keys)}`,
    summary: [
      say`Please ${plain(verb(due))} the ${plain(count(due.length, keys))} below${plain(verb(due) === 'replace' ? ', or stop using keys at all, which is better' : '')}. The oldest key is ${strong(`${days(oldestDays)} old`)}.`,
      first === undefined
        ? plain(
            'No key has a date yet. The list below says what keynag does next with each of them.',
          )
        : say`If nobody acts, the first ${plain(deedNoun[first.kind])} is ${first.at <= now ? strong("at keynag's next run") : say`on ${strong(utcFrom(first.at, now))}`}.`,
      plain(
        'If a key is not yours, or if you need more time, please tell the people who run keynag.',
      ),
    ],
  }
}

const consequence = (ahead: Ahead, now: EpochMs): Text =>
  ahead.kind === 'nothing' && ahead.until === undefined
    ? plain('keynag does not touch the key by itself. It goes on reminding you.')
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
  return time === undefined ? '' : `; ${nounAndDay(time, now)}`
}

const othersFollow = (following = 0): readonly Block[] =>
  following === 0
    ? []
    : [
        paragraph(
          plain(
            `This message names the oldest keys. Further messages name ${count(following, more)}.`,
          ),
        ),
      ]

const more = { one: 'more access key of yours', many: 'more access keys of yours' }

const listOf = (cards: readonly KeyCard[], now: EpochMs): readonly Block[] => [
  { kind: 'list', noun: keys, items: cards.map((key) => keyItem(key, now)) },
]

const whatToDo = (key: KeyCard, amount: number): readonly Block[] => [
  heading('What to do'),
  ...(amount === 1
    ? []
    : [
        paragraph(
          say`The commands below are for the oldest key, ${key.accessKeyId}. Repeat them for each other key, with its key ID and its user.`,
        ),
      ]),
  {
    kind: 'steps',
    steps: [
      createStep(
        key,
        say`Move what uses the key to something better (see below). If it has to be a key, create a new one in account ${key.accountId} and use that. A user can have two keys.`,
      ),
      ...retireSteps(key),
    ],
  },
]

const alsoOpen = (cards: readonly KeyCard[], now: EpochMs): readonly Block[] =>
  cards.length === 0 ? [] : [heading('Your other keys, no reminder due yet'), ...listOf(cards, now)]
