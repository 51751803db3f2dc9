import {
  type Clock,
  type DeadLetter,
  type DeadLetterQueues,
  type EpochMs,
  type KeynagEvent,
  plusMs,
  type QueueDepth,
  queueOf,
  type Receipt,
  secondMs,
  type StageQueue,
  stageQueues,
} from '@keynag/core'

type Lying = Omit<DeadLetter, 'receipt'> & { receipt: string; visibleAt: EpochMs }

/**
 * SQS's dead-letter queues in memory. Received messages are hidden for a time, a receive may return
 * fewer messages than the queue has, and only the latest receipt handle deletes.
 */
export class MemoryQueues implements DeadLetterQueues {
  /** The events that were sent to the queues, oldest first. */
  readonly sent: KeynagEvent[] = []
  readonly sentMailEvents: string[] = []
  readonly names = stageQueues
  /** Called for each event that is sent: it stands for the consumer. */
  onSent: (event: KeynagEvent) => void = () => undefined
  readonly #clock: Pick<Clock, 'now'>
  readonly #letters: Lying[] = []
  #made = 0
  #receives = 0

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Puts a letter into a dead-letter queue and returns its message ID. */
  add(queue: StageQueue, body: string, fields: Partial<DeadLetter> = {}): string {
    this.#made += 1
    const now = this.#clock.now()
    const messageId = `m-${this.#made}`
    const letter = { queue, messageId, body, sentAt: now, ...fields }
    this.#letters.push({ ...letter, receipt: '', visibleAt: now })
    return letter.messageId
  }

  addEvent(event: KeynagEvent, fields: Partial<DeadLetter> = {}): string {
    return this.add(queueOf[event.type], JSON.stringify(event), fields)
  }

  /** The message IDs of all dead letters, visible or not. */
  get lying(): readonly string[] {
    return this.#letters.map(({ messageId }) => messageId).toSorted()
  }

  get bodies(): readonly string[] {
    return this.#letters.map(({ body }) => body)
  }

  get visible(): readonly string[] {
    return this.#letters
      .filter(({ visibleAt }) => visibleAt <= this.#clock.now())
      .map(({ messageId }) => messageId)
      .toSorted()
  }

  depth(queue: StageQueue): Promise<QueueDepth> {
    const letters = this.#letters.filter((letter) => letter.queue === queue)
    const hidden = letters.filter(({ visibleAt }) => visibleAt > this.#clock.now()).length
    const events = this.sent.filter((event) => queueOf[event.type] === queue)
    const waiting = queue === 'bounces' ? this.sentMailEvents.length : events.length
    return Promise.resolve({ waiting, deadLetters: letters.length, hidden })
  }

  receive(queue: StageQueue, hideSeconds: number): Promise<readonly DeadLetter[]> {
    this.#receives += 1
    const now = this.#clock.now()
    const found = this.#letters
      .filter((letter) => letter.queue === queue && letter.visibleAt <= now)
      .slice(0, [10, 3, 7, 1][this.#receives % 4])
    return Promise.resolve(
      found.map((letter) => {
        this.#made += 1
        letter.receipt = `r-${this.#made}`
        letter.visibleAt = plusMs(now, hideSeconds * secondMs)
        const { visibleAt: _, ...received } = letter
        return received
      }),
    )
  }

  release(receipts: readonly Receipt[]): Promise<void> {
    const now = this.#clock.now()
    for (const letter of this.#held(receipts)) letter.visibleAt = now
    return Promise.resolve()
  }

  remove(receipts: readonly Receipt[]): Promise<void> {
    for (const letter of this.#held(receipts)) {
      this.#letters.splice(this.#letters.indexOf(letter), 1)
    }
    return Promise.resolve()
  }

  resend(event: KeynagEvent): Promise<void> {
    this.sent.push(event)
    this.onSent(event)
    return Promise.resolve()
  }

  resendMailEvent(body: string): Promise<void> {
    this.sentMailEvents.push(body)
    return Promise.resolve()
  }

  #held(receipts: readonly Receipt[]): readonly Lying[] {
    const handles = new Set(receipts.map(({ receipt }) => receipt))
    return this.#letters.filter(({ receipt }) => handles.has(receipt))
  }
}
