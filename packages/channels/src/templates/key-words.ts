import type { Ahead, EpochMs, KeyCard, LastUsed } from '@keynag/core'
import {
  plain,
  say,
  strong,
  type Item,
  type LabelledText,
  type Noun,
  type Text,
} from '../document.ts'
import { days, utc, utcFrom } from './dates.ts'
import { isUninstalled, lastTested, whyInstall } from './install.ts'

export const keys: Noun = { one: 'access key', many: 'access keys' }

/** Which key it is, as the object of a sentence. */
export const keyName = (key: KeyCard): Text =>
  say`access key ${key.accessKeyId} of IAM user ${key.userName} in account ${key.accountId}`

export const age = (key: KeyCard): string =>
  `${days(key.ageDays)} old (created ${utc(key.createdAt).slice(0, 10)} UTC)`

/** An unknown last use reads as unknown, with the reason, and never as "never used". */
export function lastUse(lastUsed: LastUsed, now: EpochMs): Text {
  switch (lastUsed.kind) {
    case 'at': {
      const service = lastUsed.service === undefined ? [] : say`, ${lastUsed.service}`
      const region = lastUsed.region === undefined ? [] : say` in ${lastUsed.region}`
      return say`${plain(utcFrom(lastUsed.at, now))}${service}${region}`
    }
    case 'never':
      return plain('never, as far as IAM has recorded')
    case 'unknown':
      return say`unknown: ${lastUsed.why}`
    default:
      return lastUsed satisfies never
  }
}

const deeds = {
  rotate: ['issues a replacement', ', and later deactivates this key'],
  deactivate: ['deactivates it', ''],
  delete: ['deactivates it', ', and later deletes it'],
} as const

const final = ['deactivates and deletes it', ''] as const

/** What keynag does next by itself, and when. */
export function next(ahead: Ahead, now: EpochMs): Text {
  if (ahead.kind === 'nothing') {
    return ahead.until === undefined
      ? plain('keynag does nothing to the key by itself')
      : say`keynag leaves the key alone until ${strong(utcFrom(ahead.until, now))}`
  }
  const [deed, after] = ahead.isFinal === true ? final : deeds[ahead.kind]
  if (ahead.at === undefined) {
    return plain(`keynag ${deed}${after}; the date is not fixed yet`)
  }
  const when =
    ahead.at <= now
      ? say`${strong('at its next run')} (due since ${plain(utc(ahead.at))})`
      : say`on ${strong(utcFrom(ahead.at, now))}`
  return say`keynag ${plain(deed)} ${when}${plain(after)}`
}

/** What keynag does next, as a noun for a subject line. */
export const deedNoun = {
  rotate: 'replacement',
  deactivate: 'deactivation',
  delete: 'deletion',
} as const

export const keyFacts = (key: KeyCard, now: EpochMs): readonly LabelledText[] => [
  { label: 'Key', text: say`${key.accessKeyId} (${plain(key.status)})` },
  { label: 'IAM user', text: say`${key.userName} in account ${key.accountId}` },
  { label: 'Age', text: plain(age(key)) },
  { label: 'Last used', text: used(key, now) },
  { label: 'Reminders delivered', text: plain(String(key.nagCount)) },
  { label: 'Owner found by', text: say`${key.ownerEvidence}` },
]

const used = (key: KeyCard, now: EpochMs): Text =>
  isUninstalled(key) ? lastTested(key, now) : lastUse(key.lastUsed, now)

/** What is asked for a key in a list, if not to replace it. */
const asked = (key: KeyCard): Text => {
  if (!isUninstalled(key)) return []
  const { secretArn } = key.replaces
  const where = secretArn === undefined ? [] : say` Its secret: ${secretArn}.`
  return say`Please install it: ${whyInstall(key)}.${where} `
}

/** One key in a list. */
export const keyItem = (key: KeyCard, now: EpochMs): Item => ({
  text: say`${key.accessKeyId}, user ${key.userName}, account ${key.accountId}: ${strong(`${days(key.ageDays)} old`)}${plain(key.status === 'Active' ? '' : `, ${key.status}`)}`,
  detail: say`${asked(key)}Next: ${next(key.ahead, now)}. Last used: ${used(key, now)}. Owner found by: ${key.ownerEvidence}.`,
  where: key.accountId,
})

export const oldestFirst = (cards: readonly KeyCard[]): readonly KeyCard[] =>
  [...cards].sort((a, b) => a.createdAt - b.createdAt)
