import { entryStates, type MessageOf } from '@keynag/core'
import {
  count,
  heading,
  paragraph,
  plain,
  say,
  strong,
  type Block,
  type Document,
  type LabelledText,
  type Noun,
  type Text,
} from '../document.ts'
import { days, utcFrom } from './dates.ts'
import { footer } from './footer.ts'

const accounts: Noun = { one: 'account', many: 'accounts' }
const rootKeyNoun: Noun = { one: 'root access key', many: 'root access keys' }
const keyNoun: Noun = { one: 'key', many: 'keys' }
const holdNoun: Noun = { one: 'hold', many: 'holds' }

type DigestMessage = MessageOf<'digest'>

/** To the administrators. The accounts that keynag could not see come first. */
export function digest(message: DigestMessage): Document {
  const missing = unseen(message)
  const roots =
    message.coverage.finished === 0 && message.rootKeys.length === 0
      ? 'root access keys unknown'
      : count(message.rootKeys.length, rootKeyNoun)
  const holds = count(message.held.length, holdNoun)
  return {
    subject: `keynag ${message.date}: ${shortCoverage(message, missing)}, ${roots}, ${holds}`,
    title: `Access keys on ${message.date}`,
    summary: [coverage(message, missing), ...toDo(message, missing)],
    blocks: [
      ...notScanned(message),
      ...inPart(message),
      ...outages(message),
      ...unread(message),
      ...ended(message),
      ...rootKeys(message),
      ...states(message),
      ...held(message),
      ...cameBack(message),
      ...ahead(message),
    ],
    footer: footer(
      message,
      'All figures come from the ledger. For accounts that were not scanned they may be out of date.',
    ),
  }
}

/** How many accounts have no finished scan, with or without a reason on record. */
const unseen = ({ coverage }: DigestMessage): number =>
  Math.max(coverage.planned - coverage.finished, coverage.notScanned.length)

function shortCoverage({ coverage }: DigestMessage, missing: number): string {
  if (coverage.planned === 0) return 'no scan was planned'
  return missing === 0
    ? `all ${count(coverage.planned, accounts)} scanned`
    : `${count(missing, accounts)} not scanned`
}

function coverage({ coverage }: DigestMessage, missing: number): Text {
  if (coverage.planned === 0) {
    return say`${strong('No scan was planned for any account')}, so everything below is from earlier days. Please check that the planner ran.`
  }
  if (missing === 0) return say`${strong(`All ${count(coverage.planned, accounts)} were scanned.`)}`
  return say`${strong(`${coverage.finished} of ${count(coverage.planned, accounts)} were scanned.`)} keynag does not know which keys the other ${plain(missing === 1 ? 'one has' : `${missing} have`)}. Unknown does not mean none.`
}

const isInPart = ({ inPart: accountsInPart = [] }: DigestMessage): boolean =>
  accountsInPart.length > 0

/** What the administrators are asked to do. */
function toDo(message: DigestMessage, missing: number): Text[] {
  const { coverage, outages = [], unread, rootKeys, held, cameBack } = message
  if (coverage.planned === 0) return []
  const subjects = [
    ...(missing > 0 ? ['the accounts that were not scanned'] : []),
    ...(isInPart(message) ? ['the accounts that were scanned in part'] : []),
    ...(outages.some(({ isBroken }) => isBroken) ? ['what takes no messages'] : []),
    ...(unread.length > 0 ? ['the unread accounts'] : []),
    ...(rootKeys.length > 0 ? ['the root access keys'] : []),
    ...(held.length > 0 ? ['the keys on hold'] : []),
    ...(cameBack.length > 0 ? ['the mail that came back'] : []),
  ]
  const last = subjects.pop()
  if (last === undefined) return [plain('Nothing in this digest waits for you.')]
  const list = subjects.length === 0 ? last : `${subjects.join(', ')} and ${last}`
  return [plain(`Please look at ${list}. The other sections are for your information.`)]
}

function notScanned(message: DigestMessage): readonly Block[] {
  const listed = message.coverage.notScanned
  const silent = unseen(message) - listed.length
  if (listed.length === 0 && silent === 0) return []
  return [
    heading('Not scanned'),
    {
      kind: 'list',
      noun: accounts,
      items: listed.map(({ accountId, name, why }) => ({
        text: say`${accountId} (${name}): ${why}`,
        where: accountId,
      })),
    },
    ...(silent > 0
      ? [
          paragraph(
            plain(
              `${count(silent, { one: 'account has', many: 'accounts have' })} no result yet, and no reason on record.`,
            ),
          ),
        ]
      : []),
  ]
}

function inPart({ inPart: accountsInPart = [] }: DigestMessage): readonly Block[] {
  if (accountsInPart.length === 0) return []
  const items = accountsInPart.flatMap(({ accountId, name, unread }) =>
    unread.map(({ userName, accessKeyId, code, why }) => ({
      text: say`${accountId} (${name}), ${accessKeyId === undefined ? 'the keys' : `the key ${accessKeyId}`} of ${userName}: ${code}: ${why}`,
      where: accountId,
    })),
  )
  return [heading('Scanned in part'), { kind: 'list', noun: unreadNoun, items }]
}

const unreadNoun = { one: 'part that was not read', many: 'parts that were not read' }

const outages = ({ outages: listed = [], now }: DigestMessage): readonly Block[] =>
  listed.length === 0
    ? []
    : [
        heading('What takes no messages'),
        paragraph(
          plain(
            'keynag tries again by itself. What is broken, somebody has to mend: check the Slack token, its scopes and the channel; for mail, run keynag doctor.',
          ),
        ),
        {
          kind: 'list',
          noun: { one: 'outage', many: 'outages' },
          items: listed.map(({ subject, since, why, isBroken }) => ({
            text: say`${providerNames[subject] ?? subject}, ${plain(isBroken ? 'broken' : 'slow or down')} since ${plain(utcFrom(since, now))}`,
            detail: say`${why}`,
          })),
        },
      ]

const providerNames: Readonly<Record<string, string>> = { slack: 'Slack', ses: 'mail (SES)' }

const unread = ({ unread, now }: DigestMessage): readonly Block[] =>
  unread.length === 0
    ? []
    : [
        heading('Unread accounts'),
        paragraph(
          plain(
            'keynag sends no reminder about a key in these accounts, and changes none, until a scan has read the account. Then it warns anew.',
          ),
        ),
        {
          kind: 'list',
          noun: accounts,
          items: unread.map(({ accountId, name, since, why, keys }) => ({
            text: say`${accountId} (${name}), unread ${plain(since === undefined ? 'so far' : `since ${utcFrom(since, now)}`)}: ${plain(keys === 0 ? 'no known key waits' : `${count(keys, keyNoun)} ${keys === 1 ? 'waits' : 'wait'}`)}`,
            detail: say`${why}`,
            where: accountId,
          })),
        },
      ]

const ended = ({ ended }: DigestMessage): readonly Block[] =>
  ended.length === 0
    ? []
    : [
        heading('Accounts that are over'),
        paragraph(
          plain(
            'These accounts are closed, or left the Organization 90 days ago. In the last week keynag has ended the stories of their keys, and has told no owner.',
          ),
        ),
        {
          kind: 'list',
          noun: accounts,
          items: ended.map(({ accountId, name, keys }) => ({
            text: say`${accountId} (${name}): ${plain(count(keys, keyNoun))}`,
            where: accountId,
          })),
        },
      ]

const rootKeys = ({ rootKeys, coverage }: DigestMessage): readonly Block[] => [
  heading('Root access keys'),
  rootKeys.length === 0
    ? paragraph(
        plain(
          coverage.finished === 0
            ? 'Unknown: no account was scanned.'
            : `None in the ${count(coverage.finished, { one: 'account', many: 'accounts' })} scanned.`,
        ),
      )
    : {
        kind: 'list',
        noun: rootKeyNoun,
        items: rootKeys.map(({ accountId, name }) => ({
          text: say`${accountId} (${name}): please delete the key, as the root user or with centralized root access.`,
          where: accountId,
        })),
      },
]

function states({ states }: DigestMessage): readonly Block[] {
  const order: readonly string[] = entryStates
  const rank = (state: string): number =>
    order.includes(state) ? order.indexOf(state) : order.length
  const facts = Object.entries(states)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([state, amount]): LabelledText => ({ label: state, text: plain(String(amount)) }))
  return [
    heading('Keys by state'),
    facts.length === 0 ? paragraph(plain('None in the ledger.')) : { kind: 'facts', facts },
  ]
}

const held = ({ held }: DigestMessage): readonly Block[] => [
  heading('Keys on hold'),
  held.length === 0
    ? paragraph(plain('None.'))
    : {
        kind: 'list',
        noun: keyNoun,
        items: held.map(({ key, code, why }) => ({
          text: say`${key.accessKeyId}, user ${key.userName}, account ${key.accountId}, ${plain(`${days(key.ageDays)} old`)}: ${code}`,
          detail: say`${why}`,
          where: key.accountId,
        })),
      },
]

const cameBack = ({ cameBack }: DigestMessage): readonly Block[] =>
  cameBack.length === 0
    ? []
    : [
        heading('Mail that came back'),
        {
          kind: 'list',
          noun: keyNoun,
          items: cameBack.map(({ key, how, why }) => ({
            text: say`${key.accessKeyId}, user ${key.userName}, account ${key.accountId}: ${how}`,
            detail: say`${why}`,
            where: key.accountId,
          })),
        },
      ]

const ahead = ({ ahead, now }: DigestMessage): readonly Block[] => [
  heading('What keynag does next'),
  ahead.length === 0
    ? paragraph(plain('Nothing is planned.'))
    : {
        kind: 'list',
        noun: { one: 'step', many: 'steps' },
        items: ahead.map(({ at, what, accessKeyId, ifArmed = false }) => ({
          text: say`${plain(utcFrom(at, now))}: ${what} ${accessKeyId}${plain(ifArmed ? ', if its policy were armed' : '')}`,
        })),
      },
]
