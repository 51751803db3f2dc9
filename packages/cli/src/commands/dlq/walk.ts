import {
  type Clock,
  type DeadLetter,
  type DeadLetterQueues,
  type EpochMs,
  type Receipt,
  secondMs,
  type StageQueue,
} from '@keynag/core'

interface WalkOptions {
  /** `undefined` means all queues. */
  readonly queue: StageQueue | undefined
  /** The most messages to look at. */
  readonly max: number
  readonly clock: Pick<Clock, 'now'>
  readonly interrupted: AbortSignal
}

const leastHiddenSeconds = 120
/** SQS hides a message for 12 hours at most (API Reference, ReceiveMessage). */
const mostHiddenSeconds = 43_200

/**
 * Reads dead-letter queues once, ten messages of each at a time. Received messages stay hidden until
 * the walk ends; then it makes them visible again, except the settled ones.
 *
 * A message that the walk has looked at becomes visible again when the walk takes longer than the
 * message was hidden. It then hides the message again, for as long as the walk has taken so far, so that
 * it receives each message only a few times, however long it takes. After a crash SQS shows the messages
 * again within two minutes and the time that the walk had taken.
 */
export class Walk {
  readonly #queues: DeadLetterQueues
  readonly #options: WalkOptions
  /** By message ID: only the newest receipt of a message is certain to release or remove it. */
  readonly #held = new Map<string, Receipt>()
  /** At most `max` and the messages of one round. */
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
    const { queue, max, interrupted, clock } = this.#options
    let open: readonly StageQueue[] = queue === undefined ? this.#queues.names : [queue]
    const began = clock.now()
    try {
      while (!interrupted.aborted) {
        const letters = await this.#receive(open, this.#hiddenSeconds(began))
        // Only an empty answer is a queue's end: unseen messages may wait behind those seen before.
        open = open.filter((name) => letters.some((letter) => letter.queue === name))
        if (open.length === 0) {
          this.#ended = true
          return
        }
        const unseen = letters.filter((letter) => this.#isNew(letter))
        if (unseen.length === 0) continue
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
  settle({ messageId }: DeadLetter): void {
    this.#held.delete(messageId)
  }

  #hiddenSeconds(began: EpochMs): number {
    const taken = Math.ceil((this.#options.clock.now() - began) / secondMs)
    return Math.min(mostHiddenSeconds, leastHiddenSeconds + Math.max(0, taken))
  }

  async #receive(open: readonly StageQueue[], seconds: number): Promise<readonly DeadLetter[]> {
    const received = await Promise.allSettled(
      open.map((name) => this.#queues.receive(name, seconds)),
    )
    const letters = received.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
    for (const { messageId, queue, receipt } of letters) {
      this.#held.set(messageId, { queue, receipt })
    }
    for (const each of received) if (each.status === 'rejected') throw each.reason
    return letters
  }

  #isNew({ messageId }: DeadLetter): boolean {
    if (this.#seen.has(messageId)) return false
    this.#seen.add(messageId)
    return true
  }
}
