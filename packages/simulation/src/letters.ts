import type { Message } from '@keynag/core'

/** A message that a channel accepted. */
export interface Letter {
  readonly at: number
  readonly kind: Message['kind']
  readonly noticeId: string
  readonly messageId: string
  readonly to: string
  /** The keys that the message named. */
  readonly accessKeyIds: readonly string[]
  /** The date of the deletion that it names. */
  readonly deletesAt: number | undefined
  /** The code of the hold that it is about. */
  readonly holdCode: string | undefined
  /** It bounces, now or later, so nobody reads it. */
  readonly cameBack: boolean
  /** The date that the message showed for what keynag does to the key next, if it showed one. */
  readonly dates: ReadonlyMap<string, number>
  /** The keys of which a reminder said that keynag does nothing to them. */
  readonly leftAlone: ReadonlySet<string>
}

/** The messages that people were really sent. */
export class Letters {
  readonly all: Letter[] = []
  readonly #onLetter: (letter: Letter, message: Message) => void

  constructor(onLetter: (letter: Letter, message: Message) => void) {
    this.#onLetter = onLetter
  }

  /** Whether this message was sent before. */
  has(noticeId: string): boolean {
    return this.all.some((letter) => letter.noticeId === noticeId)
  }

  take(
    message: Message,
    accessKeyIds: readonly string[],
    to: string,
    at: number,
    cameBack = false,
  ): string {
    const letter = {
      at,
      kind: message.kind,
      noticeId: message.noticeId,
      messageId: `letter-${this.all.length + 1}`,
      to,
      accessKeyIds,
      deletesAt: message.kind === 'deactivated' ? message.deletesAt : undefined,
      holdCode: 'code' in message ? message.code : undefined,
      cameBack,
      dates: datesIn(message),
      leftAlone: leftAloneIn(message),
    }
    this.all.push(letter)
    if (!cameBack) this.#onLetter(letter, message)
    return letter.messageId
  }
}

const leftAloneIn = (message: Message): ReadonlySet<string> =>
  new Set(
    message.kind === 'nag'
      ? message.keys
          .filter(({ ahead }) => ahead.kind === 'nothing')
          .map(({ accessKeyId }) => accessKeyId)
      : [],
  )

function datesIn(message: Message): ReadonlyMap<string, number> {
  if (message.kind === 'replacement-issued' || message.kind === 'replacement-found') {
    return new Map([[message.key.accessKeyId, message.deactivatesAt]])
  }
  if (message.kind === 'called-off') {
    const { key, because } = message
    return new Map(because.kind === 'moved' ? [[key.accessKeyId, because.to]] : [])
  }
  if (message.kind === 'deactivated') {
    const { key, deletesAt } = message
    return new Map(deletesAt === undefined ? [] : [[key.accessKeyId, deletesAt]])
  }
  if (message.kind !== 'nag') return new Map()
  return new Map(
    message.keys.flatMap(({ accessKeyId, ahead }) =>
      ahead.kind === 'nothing' || ahead.at === undefined ? [] : [[accessKeyId, ahead.at] as const],
    ),
  )
}
