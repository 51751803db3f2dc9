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
  type Step,
  type Text,
} from '../document.ts'
import { betterThanAKey, createStep, retireSteps, whyUnwanted } from './advice.ts'
import { days, utcFrom } from './dates.ts'
import { footer } from './footer.ts'
import { howToInstall, isUninstalled, whyInstall, type Uninstalled } from './install.ts'
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
      ...whatToDo(due.filter((key) => !isUninstalled(key))),
      ...howToInstall(due.filter(isUninstalled)),
      ...betterThanAKey,
      ...alsoOpen(oldestFirst(message.alsoOpen), message.now),
    ],
    footer: footer(message, 'keynag reminds you again while a key is still due.'),
  }
}

/** Nobody is asked to replace keys that their policy does not allow, or a key not installed yet. */
function verb(due: readonly KeyCard[]): 'install' | 'see to' | 'stop using' | 'replace' {
  if (due.some(isUninstalled)) return due.every(isUninstalled) ? 'install' : 'see to'
  return due.every(({ keysUnwanted }) => keysUnwanted !== undefined) ? 'stop using' : 'replace'
}

type Opening = Pick<Document, 'subject' | 'title' | 'summary'>

const single = (key: KeyCard, now: EpochMs): Opening =>
  isUninstalled(key) ? toBeInstalled(key, now) : toBeReplaced(key, now)

const toBeInstalled = (key: Uninstalled, now: EpochMs): Opening => ({
  subject: `Please install access key ${key.accessKeyId} (${key.userName}), which replaces ${key.replaces.accessKeyId}`,
  title: 'Please install your replacement access key',
  summary: [
    say`Please install the ${keyName(key)}: ${whyInstall(key)}. The new key is ${strong(age(key))}.`,
    consequence(key.ahead, now),
    whoseKey(key),
  ],
})

const toBeReplaced = (key: KeyCard, now: EpochMs): Opening => ({
  subject: `Please ${verb([key])} access key ${key.accessKeyId} (${key.userName}), ${days(key.ageDays)} old${deadline(key.ahead, now)}`,
  title: `Please ${verb([key])} an access key`,
  summary: [
    key.keysUnwanted === undefined
      ? say`Please replace the ${keyName(key)}, or stop using a key at all, which is better. The key is ${strong(age(key))}.`
      : say`Please stop using the ${keyName(key)}. The reason: ${whyUnwanted(key.keysUnwanted)}`,
    consequence(key.ahead, now),
    whoseKey(key),
  ],
})

const whoseKey = (key: KeyCard): Text =>
  say`How keynag found the owner: ${key.ownerEvidence}. If this is not your key, or if you need more time, please tell the people who run keynag.`

function several(due: readonly KeyCard[], now: EpochMs): Opening {
  const first = soonest(due)
  const oldestDays = due[0]?.ageDays ?? 0
  return {
    subject: `Please ${verb(due)} ${count(due.length, keys)}, the oldest ${days(oldestDays)} old${first === undefined ? '' : `; first ${nounAndDay(first, now)}`}`,
    title: `Please ${verb(due)} ${count(due.length, keys)}`,
    summary: [
      say`Please ${plain(verb(due))} the ${plain(count(due.length, keys))} below${plain(rest[verb(due)])}. The oldest key is ${strong(`${days(oldestDays)} old`)}.`,
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

const rest = {
  replace: ', or stop using keys at all, which is better',
  'see to': ': the list says which one is a replacement to install; please replace the others',
  install: '',
  'stop using': '',
} as const satisfies Readonly<Record<ReturnType<typeof verb>, string>>

const consequence = (ahead: Ahead, now: EpochMs): Text =>
  ahead.kind === 'nothing' && ahead.until === undefined
    ? plain('keynag does not touch the key by itself. It goes on reminding you.')
    : say`If nobody acts, ${next(ahead, now)}.`

interface Dated {
  readonly kind: Exclude<Ahead['kind'], 'nothing'>
  readonly at: EpochMs
}

/** What comes first on that date. A deletion that is not final comes later than its deactivation. */
function dated(ahead: Ahead): Dated | undefined {
  if (ahead.kind === 'nothing' || ahead.at === undefined) return undefined
  const isLater = ahead.kind === 'delete' && ahead.isFinal !== true
  return { kind: isLater ? 'deactivate' : ahead.kind, at: ahead.at }
}

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

const whatToDo = ([key, ...others]: readonly KeyCard[]): readonly Block[] =>
  key === undefined
    ? []
    : [
        heading('What to do'),
        ...(others.length === 0
          ? []
          : [
              paragraph(
                say`The commands below are for the oldest key to replace, ${key.accessKeyId}. Repeat them for each other one, with its key ID and its user.`,
              ),
            ]),
        { kind: 'steps', steps: [moveStep(key), ...retireSteps(key)] },
      ]

const moveStep = (key: KeyCard): Step =>
  key.replacementKeyId === undefined
    ? createStep(
        key,
        say`Move what uses the key to something better (see below). If it has to be a key, create a new one in account ${key.accountId} and use that. A user can have at most two keys: if this one has two already, use the other one.`,
      )
    : {
        text: say`Move what uses the key to something better (see below). If it has to be a key, use ${key.replacementKeyId}, which replaces this one already. Create another key only if the user does not have that one any more.`,
      }

const alsoOpen = (cards: readonly KeyCard[], now: EpochMs): readonly Block[] =>
  cards.length === 0 ? [] : [heading('Your other keys, no reminder due yet'), ...listOf(cards, now)]
