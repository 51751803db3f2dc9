import type { Mail } from '@keynag/fake-aws/ses'
import type { SlackMessage, SlackUser } from '@keynag/fake-aws/slack'

/** The messages and mails of the simulated services. The page reads them again for every view. */
export type InboxSources = {
  messages: readonly SlackMessage[]
  mails: readonly Mail[]
  /** People, so that mentions and addresses can be shown as names. */
  users?: readonly SlackUser[]
}

/** A Slack message or a mail. `words` returns the text that a search looks through. */
export type Letter = { at: number; words: () => string } & (
  | { kind: 'slack'; message: SlackMessage }
  | { kind: 'mail'; mail: Mail }
)

/** The messages of one channel, or all Slack messages and mails to one person. */
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

/** Newest first. Of two letters of the same instant, the one that was sent later comes first. */
const newestFirst = (letters: Letter[]) =>
  letters.toReversed().sort((one, other) => other.at - one.at)

/**
 * Sorts messages and mails into one box per channel or person: channels first, then people, each by
 * name. A letter is left out unless it contains every word of the search.
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
