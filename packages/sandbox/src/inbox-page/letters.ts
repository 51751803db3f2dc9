import type { Mail } from '@keynag/fake-aws/ses'
import type { SlackMessage, SlackUser } from '@keynag/fake-aws/slack'

/** What the services hold; the page reads it anew for every view. */
export type InboxSources = {
  messages: readonly SlackMessage[]
  mails: readonly Mail[]
  /** For the names behind mentions and addresses. */
  users?: readonly SlackUser[]
}

/** `words` is what a search looks at, made only when somebody searches. */
export type Letter = { at: number; words: () => string } & (
  | { kind: 'slack'; message: SlackMessage }
  | { kind: 'mail'; mail: Mail }
)

/** A channel, or everything one person got by Slack and by mail. */
export type Box = { id: string; kind: 'channel' | 'person'; name: string; letters: Letter[] }

const addressOf = (recipient: string) =>
  (/<([^<>]*)>\s*$/.exec(recipient)?.[1] ?? recipient).trim().toLowerCase()

const fromSlack = (message: SlackMessage): Letter => ({
  kind: 'slack',
  at: message.at,
  message,
  words: () =>
    `${message.channelName} ${message.toUserEmail ?? ''} ${message.text} ${JSON.stringify(message.blocks)}`.toLowerCase(),
})

const fromMail = (mail: Mail): Letter => ({
  kind: 'mail',
  at: mail.at,
  mail,
  words: () => [mail.from, ...mail.to, ...mail.cc, mail.subject, mail.text].join(' ').toLowerCase(),
})

/** Newest first; of the same time, the later one first. */
const newestFirst = (letters: Letter[]) =>
  letters.toReversed().sort((one, other) => other.at - one.at)

/**
 * Sorts what was sent into the boxes of its readers; channels first, then people by name. Only
 * letters with every word of the search are kept.
 */
export const boxes = (sources: InboxSources, search = ''): Box[] => {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (letter: Letter) => {
    if (wanted.length === 0) return true
    const words = letter.words()
    return wanted.every((word) => words.includes(word))
  }
  const names = new Map((sources.users ?? []).map((user) => [user.email.toLowerCase(), user.name]))
  const found = new Map<string, Box>()
  const put = (id: string, kind: Box['kind'], name: string, letter: Letter) => {
    const box = found.get(id) ?? { id, kind, name, letters: [] }
    box.letters.push(letter)
    found.set(id, box)
  }

  for (const message of sources.messages) {
    const letter = fromSlack(message)
    if (!matches(letter)) continue
    const person = message.toUserEmail?.toLowerCase()
    if (person === undefined) put(message.channel, 'channel', message.channelName, letter)
    else put(person, 'person', names.get(person) ?? message.channelName, letter)
  }
  for (const mail of sources.mails) {
    const letter = fromMail(mail)
    if (!matches(letter)) continue
    const readers = new Set([...mail.to, ...mail.cc, ...mail.bcc].map(addressOf))
    for (const person of readers) put(person, 'person', names.get(person) ?? person, letter)
  }

  const sorted = [...found.values()].sort(
    (one, other) => one.kind.localeCompare(other.kind) || one.name.localeCompare(other.name),
  )
  return sorted.map((box) => ({ ...box, letters: newestFirst(box.letters) }))
}
