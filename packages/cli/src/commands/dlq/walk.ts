import type { DeadLetter, DeadLetterQueues, Receipt, StageQueue } from '@keynag/core'

interface WalkOptions {
  /** `undefined` means all queues. */
  readonly queue: StageQueue | undefined
  /** The most messages to look at. */
  readonly max: number
  /** How many messages the caller handles in a second, if it limits itself. */
  readonly perSecond?: number
  readonly interrupted: AbortSignal
}

/** Receipts and message IDs kept at once: about 5 MB, whatever the queues' length. */
const mostRemembered = 10_000
const hide = { leastSeconds: 120, mostSeconds: 900 }

/**
 * Reads dead-letter queues once, ten messages of each at a time. Received messages stay hidden until
 * the walk ends; then it makes them visible again, except the settled ones. After a crash, or for
 * messages beyond those it remembers, SQS shows them again when their visibility timeout is over: two
 * minutes and twice the time that the walk should take, but at most fifteen minutes.
 */
export class Walk {
  readonly #queues: DeadLetterQueues
  readonly #options: WalkOptions
  readonly #held = new Map<string, Receipt>()
  readonly #seen = new Set<string>()
  #looked = 0
  #ended = false

  constructor(queues: DeadLetterQueues, options: WalkOptions) {
    this.#queues = queues
    this.#options = options
  }

  /** How many letters the walk has yielded. */
  get looked(): number {
    return this.#looked
  }

  /** Whether the walk reached the end of every queue. */
  get isComplete(): boolean {
    return this.#ended
  }

  /** Yields new letters, as many at a time as one receive of each queue returned. */
  async *rounds(): AsyncGenerator<readonly DeadLetter[]> {
    const { queue, max, interrupted } = this.#options
    let open: readonly StageQueue[] = queue === undefined ? this.#queues.names : [queue]
    try {
      while (!interrupted.aborted) {
        const unseen = (await this.#receive(open)).filter((letter) => this.#isNew(letter))
        // When a queue returns only messages that the walk has seen, or none, the walk has read it all.
        open = open.filter((name) => unseen.some((letter) => letter.queue === name))
        if (open.length === 0) {
          this.#ended = true
          return
        }
        if (this.#looked === max) return
        const fresh = unseen.slice(0, max - this.#looked)
        this.#looked += fresh.length
        yield fresh
        if (fresh.length < unseen.length) return
      }
    } finally {
      await this.#queues.release([...this.#held.values()])
    }
  }

  /** Tells the walk that the letter was deleted, so that it does not release it. */
  settle({ receipt }: DeadLetter): void {
    this.#held.delete(receipt)
  }

  async #receive(open: readonly StageQueue[]): Promise<readonly DeadLetter[]> {
    const { leastSeconds, mostSeconds } = hide
    const { max, perSecond = Infinity } = this.#options
    const seconds = Math.min(mostSeconds, leastSeconds + Math.ceil((2 * max) / perSecond))
    const received = await Promise.allSettled(
      open.map((name) => this.#queues.receive(name, seconds)),
    )
    const letters = received.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
    for (const { queue, receipt } of letters) {
      if (this.#held.size < mostRemembered) this.#held.set(receipt, { queue, receipt })
    }
    for (const each of received) if (each.status === 'rejected') throw each.reason
    return letters
  }

  #isNew({ messageId }: DeadLetter): boolean {
    if (this.#seen.has(messageId)) return false
    if (this.#seen.size < mostRemembered) this.#seen.add(messageId)
    return true
  }
}
