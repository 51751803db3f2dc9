import type { AccessKeyId, Message } from '@keynag/core'
import { read, type Reading } from '@keynag/oracle'
import type { Rendered } from './ports/rendered.ts'

/** A message that a channel accepted, as its reader sees it. */
export interface Letter {
  readonly at: number
  readonly kind: Message['kind']
  readonly noticeId: string
  readonly messageId: string
  readonly to: string
  /** Until when a replacement can be fetched: as it says, and while the old key works. */
  readonly fetchableUntil: ReadonlyMap<string, number>
  /** The code of the hold that it is about. */
  readonly holdCode: string | undefined
  /** The keys that the renderer named. */
  readonly named: readonly AccessKeyId[]
  /** It bounces, now or later, so nobody reads it. */
  readonly cameBack: boolean
  /** Whether its sender could not record that it was taken: it died, or a call from then on failed. */
  readonly isUnrecordable: () => boolean
  readonly text: string
  /** What a person takes from the text, and from nothing else. */
  readonly reading: Reading
}

type Circumstances = Pick<Letter, 'cameBack' | 'isUnrecordable'>

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
    { text, named }: Rendered,
    to: string,
    at: number,
    { cameBack = false, isUnrecordable = () => false }: Partial<Circumstances> = {},
  ): Letter {
    const letter = {
      at,
      kind: message.kind,
      noticeId: message.noticeId,
      messageId: `letter-${this.all.length + 1}`,
      to,
      fetchableUntil: new Map(
        message.kind === 'replacement-issued'
          ? [[message.replacementKeyId, Math.max(message.retireAt, message.deactivatesAt)]]
          : [],
      ),
      holdCode: 'code' in message ? message.code : undefined,
      named,
      cameBack,
      isUnrecordable,
      text,
      reading: read(text),
    }
    this.all.push(letter)
    if (!cameBack) this.#onLetter(letter, message)
    return letter
  }
}
