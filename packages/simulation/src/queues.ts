import {
  minuteMs,
  queueOf,
  queueRules,
  secondMs,
  type KeynagEvent,
  type Parked,
  type StageQueue,
} from '@keynag/core'
import type { Agenda } from './agenda.ts'
import type { MessageFault } from './faults.ts'

/** How long a nag waits, so that one message lists all keys of the owner. */
const nagDelayMs = 5 * minuteMs

export interface SimMessage {
  readonly id: string
  readonly queue: StageQueue
  readonly body: string
  readonly sentAt: number
  receives: number
  visibleAt: number
}

export interface DeadLetter {
  readonly queue: StageQueue
  readonly body: string
  /** Why keynag parked it; a message that SQS moved has no code. */
  readonly code: string | undefined
}

/** What the queues need of the run that they belong to. */
interface Run {
  readonly now: number
  readonly agenda: Agenda
  readonly injector: { onMessage(index: number): MessageFault | undefined }
  readonly checks: {
    wrote(where: string, text: string): void
    parks(message: DeadLetter & { readonly reason: string }): void
  }
  readonly functions: {
    consume(
      queue: StageQueue,
      batch: readonly SimMessage[],
      timeoutMs: number,
      finished: (failed: ReadonlySet<string>) => void,
    ): Promise<void>
  }
}

/**
 * SQS in memory. It delivers at least once and in any order, hides a message during a delivery, and
 * moves it to the dead letters after too many receives.
 */
export class Queues {
  readonly waiting = new Map<string, SimMessage>()
  readonly dead: DeadLetter[] = []
  readonly #simulation: Run
  #sent = 0

  constructor(simulation: Run) {
    this.#simulation = simulation
  }

  send(event: KeynagEvent): void {
    const delayMs = event.type === 'key.stale' ? nagDelayMs : 0
    this.sendText(queueOf[event.type], JSON.stringify(event), delayMs)
  }

  sendText(queue: StageQueue, body: string, delayMs = 0): void {
    const fault = this.#simulation.injector.onMessage(this.#sent)
    this.#sent += 1
    this.#simulation.checks.wrote('a message', body)
    const late = fault?.kind === 'late' ? fault.byMs : 0
    this.#add(queue, body, delayMs + late)
    // SQS delivers at least once. Nothing distinguishes the copies.
    if (fault?.kind === 'duplicate') this.#add(queue, body, delayMs + fault.afterMs)
  }

  park({ queue, body, code, reason }: Parked): void {
    this.#simulation.checks.wrote('a dead letter', reason)
    this.#simulation.checks.parks({ queue, body, code, reason })
    this.dead.push({ queue, body, code })
  }

  /** SQS moves the dead letters back, with new IDs and a receive count of zero. */
  redrive(): void {
    for (const { queue, body } of this.dead.splice(0)) this.sendText(queue, body)
  }

  #add(queue: StageQueue, body: string, delayMs: number): void {
    const { agenda, now } = this.#simulation
    const message: SimMessage = {
      id: `message-${this.waiting.size}-${this.#sent}-${now}-${delayMs}`,
      queue,
      body,
      sentAt: now,
      receives: 0,
      visibleAt: now + secondMs / 10 + delayMs,
    }
    this.waiting.set(message.id, message)
    agenda.add(message.visibleAt, () => this.#deliver(queue))
  }

  #deliver(queue: StageQueue): Promise<void> | void {
    const { now } = this.#simulation
    const { batchSize, maxReceiveCount, timeoutSeconds, visibilitySeconds } = queueRules[queue]
    const batch: SimMessage[] = []
    for (const message of this.waiting.values()) {
      if (message.queue !== queue || message.visibleAt > now || batch.length === batchSize) continue
      if (message.receives >= maxReceiveCount) {
        this.waiting.delete(message.id)
        this.dead.push({ queue, body: message.body, code: undefined })
      } else batch.push(message)
    }
    if (batch.length === 0) return undefined
    const again = now + visibilitySeconds * secondMs
    for (const message of batch) {
      message.receives += 1
      message.visibleAt = again
    }
    this.#simulation.agenda.add(again, () => this.#deliver(queue))
    return this.#simulation.functions.consume(queue, batch, timeoutSeconds * secondMs, (failed) => {
      for (const { id } of batch) if (!failed.has(id)) this.waiting.delete(id)
    })
  }
}
