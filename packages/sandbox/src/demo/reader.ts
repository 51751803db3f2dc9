import type { Mail } from '@keynag/fake-aws/ses'
import type { SlackMessage } from '@keynag/fake-aws/slack'
import { mailAsSeen, read, slackAsSeen, type ReadLetter } from '@keynag/oracle'

interface Letter {
  readonly at: number
  readonly to: readonly string[]
  readonly text: string
  /** The words of `text` that a person sees. */
  readonly seen: string
}

const keyId = /\bAKIA[A-Z0-9]{16}\b/g
const secretArn = /arn:aws:secretsmanager:[\w-]*:\d{12}:secret:keynag\/handover\/[\w/+=.@-]+/

/** Reads the delivered Slack messages and mails, as people would. It has no other knowledge. */
export class Reader {
  readonly #sources: { readonly messages: readonly SlackMessage[]; readonly mails: readonly Mail[] }
  #messagesRead = 0
  #mailsRead = 0
  readonly #handovers = new Map<string, string>()
  readonly #all: Letter[] = []
  readonly #letters = new Map<string, Letter[]>()

  constructor(sources: {
    readonly messages: readonly SlackMessage[]
    readonly mails: readonly Mail[]
  }) {
    this.#sources = sources
  }

  /** Reads the messages that have arrived since the last call. */
  read(): void {
    const { messages, mails } = this.#sources
    for (const message of messages.slice(this.#messagesRead)) {
      const text = `${message.text}\n${JSON.stringify(message.blocks)}`
      const to = [message.toUserEmail ?? message.channelName]
      this.#take({ at: message.at, to, text, seen: slackAsSeen(message) })
    }
    for (const mail of mails.slice(this.#mailsRead)) {
      // A recipient whose mail bounced does not read it.
      const to = mail.to.filter((address) => !mail.bounced.includes(address))
      const text = `${mail.subject}\n${mail.text}`
      if (to.length > 0) this.#take({ at: mail.at, to, text, seen: mailAsSeen(mail) })
    }
    this.#messagesRead = messages.length
    this.#mailsRead = mails.length
  }

  /** How many messages about a key a person has read, their own and those in channels. */
  remindersAbout(accessKeyId: string, email: string | undefined): number {
    const isTo = ({ to }: Letter): boolean =>
      to.some((name) => name === email || name.startsWith('#'))
    return this.lettersAbout(accessKeyId).filter(isTo).length
  }

  /** The ARN of the secret that holds this key's replacement, if a message named it. */
  handoverFor(accessKeyId: string): string | undefined {
    return this.#handovers.get(accessKeyId)
  }

  /** The messages that name this key, oldest first. */
  lettersAbout(accessKeyId: string): readonly Letter[] {
    return this.#letters.get(accessKeyId) ?? []
  }

  /** What each reader took from each message, oldest first. */
  get understood(): readonly ReadLetter[] {
    return this.#all.flatMap(({ at, to, seen }) => {
      const reading = read(seen)
      return to.map((reader) => ({ at, to: reader.toLowerCase(), reading }))
    })
  }

  #take(letter: Letter): void {
    this.#all.push(letter)
    const named = new Set(letter.text.match(keyId) ?? [])
    const handover = secretArn.exec(letter.text)?.[0]
    for (const id of named) {
      this.#letters.set(id, [...(this.#letters.get(id) ?? []), letter])
      if (handover !== undefined) this.#handovers.set(id, handover)
    }
  }
}
