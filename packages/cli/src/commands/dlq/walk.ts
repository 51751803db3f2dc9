import type { DeadLetter, DeadLetterQueues, Receipt, StageQueue } from '@keynag/core'

interface WalkOptions {
  /** All queues, unless one is named. */
  readonly queue: StageQueue | undefined
  /** Look at no more than so many. */
  readonly max: number
  /** Messages handled in a second, where that is bounded. */
  readonly perSecond?: number
  readonly interrupted: AbortSignal
}

/** Receipts and message IDs kept at once: about 5 MB, whatever the queues' length. */
const mostRemembered = 10_000
const hide = { leastSeconds: 120, mostSeconds: 900 }

/**
 * Goes once through dead-letter queues, ten of each at a time. What it has received stays hidden
 * until it ends and is then made visible again, save what was settled. If it dies, or held more
 * than it remembers, SQS shows the messages again when their time is over: two minutes and twice
 * what the walk should take, but no more than fifteen minutes.
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

  /** How many letters were handed out. */
  get looked(): number {
    return this.#looked
  }

  /** Whether every queue was gone through to its end. */
  get isComplete(): boolean {
    return this.#ended
  }

  /** Letters not seen before, as many as one receive of each queue gave. */
  async *rounds(): AsyncGenerator<readonly DeadLetter[]> {
    const { queue, max, interrupted } = this.#options
    let open: readonly StageQueue[] = queue === undefined ? this.#queues.names : [queue]
    try {
      while (!interrupted.aborted) {
        const unseen = (await this.#receive(open)).filter((letter) => this.#isNew(letter))
        // A message that comes back means that its queue was gone through, or is empty.
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

  /** The letter is gone from its queue: nothing is left to release. */
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
