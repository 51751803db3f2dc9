import type { Inbox, Received } from '@keynag/aws'
import { KeynagError, queueRules, type StageQueue } from '@keynag/core'
import type { Consumer, Telemetry } from '@keynag/engine'
import type { Stopping } from './stopping.ts'

export interface PumpOptions {
  readonly name: StageQueue
  readonly inbox: Inbox
  readonly consumer: Consumer
  /** How many messages to handle at the same time. */
  readonly atOnce: number
  /** How long a receive waits for messages (long polling), in whole seconds up to 20. */
  readonly waitSeconds: number
  readonly stopping: Stopping
  readonly telemetry: Telemetry
}

/** What a pump does now. Instants are by `performance.now`. */
export interface PumpState {
  readonly name: StageQueue
  /** When the handlers that are at work began. */
  readonly handling: Set<{ readonly since: number }>
  /** Since when it has been asking the queue for messages without an answer. */
  askingSince: number | undefined
  /** When it began its latest receive. */
  askedAt: number
  /** Messages that were handled and deleted. */
  handled: number
  /** Messages that SQS delivers again, because their handler or their deletion failed. */
  failed: number
}

export const pumpStateOf = (name: StageQueue): PumpState => ({
  name,
  handling: new Set(),
  askingSince: undefined,
  askedAt: performance.now(),
  handled: 0,
  failed: 0,
})

const pauseMs = 1_000
const longestPauseMs = 60_000
/** SQS's limit for one receive. */
const mostReceived = 10

/**
 * Handles the messages of one queue until it has to stop. Each receive counts towards the limit after
 * which SQS moves a message to the dead-letter queue. Therefore a pump takes only as many messages as it
 * can begin at once, and begins each of them, also when it is told to stop meanwhile. A failed message
 * stays hidden for the queue's visibility timeout, as with Lambda.
 */
export async function pump(options: PumpOptions, state: PumpState): Promise<void> {
  const { name, inbox, atOnce, waitSeconds, stopping, telemetry } = options
  const atWork = new Set<Promise<void>>()
  let failures = 0
  while (!stopping.isAsked) {
    const free = atOnce - atWork.size
    if (free === 0) {
      await Promise.race(atWork)
      continue
    }
    state.askedAt = performance.now()
    state.askingSince ??= state.askedAt
    try {
      const messages = await inbox.receive(Math.min(mostReceived, free), waitSeconds)
      failures = 0
      state.askingSince = undefined
      for (const message of messages) {
        const work = handle(options, message, state)
        atWork.add(work)
        void work.then(() => atWork.delete(work))
      }
    } catch (error) {
      failures += 1
      tell(telemetry, name, error, `the ${name} queue cannot be read`)
      await stopping.pause(Math.min(longestPauseMs, pauseMs * 2 ** (failures - 1)))
    }
  }
  state.askingSince = undefined
  await Promise.all(atWork)
}

/** Handles one message and deletes it. Nothing that fails here concerns another message. */
async function handle(options: PumpOptions, message: Received, state: PumpState): Promise<void> {
  const { name, inbox, consumer, stopping, telemetry } = options
  const begun = { since: performance.now() }
  const deadline = begun.since + queueRules[name].timeoutSeconds * 1_000
  const remainingMs = (): number =>
    Math.max(0, Math.min(deadline - performance.now(), stopping.remainingMs()))
  state.handling.add(begun)
  try {
    if (await isConsumed(consumer, message, remainingMs)) {
      await inbox.remove(message)
      state.handled += 1
    } else {
      state.failed += 1
    }
  } catch (error) {
    state.failed += 1
    tell(telemetry, name, error, `a message of the ${name} queue cannot be deleted`)
  } finally {
    state.handling.delete(begun)
  }
}

function tell(telemetry: Telemetry, queue: StageQueue, error: unknown, sentence: string): void {
  const known = error instanceof KeynagError
  telemetry.error(known ? error.message : sentence, {
    queue,
    ...(known ? { code: error.code, remedy: error.remedy } : { error }),
  })
}

/** The consumer has logged why it rejects. SQS delivers the message again after its timeout. */
const isConsumed = (
  consumer: Consumer,
  { messageId, body, attributes }: Received,
  remainingMs: () => number,
): Promise<boolean> => {
  const receiveCount = Number(attributes['ApproximateReceiveCount'] ?? '1')
  return consumer({ messageId, body, receiveCount, remainingMs }).then(
    () => true,
    () => false,
  )
}
