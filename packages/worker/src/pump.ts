import type { Inbox, Received } from '@keynag/aws'
import { KeynagError, queueRules, type StageQueue } from '@keynag/core'
import type { Consumer, Telemetry } from '@keynag/engine'
import type { Stopping } from './stopping.ts'

export interface PumpOptions {
  readonly name: StageQueue
  readonly inbox: Inbox
  readonly consumer: Consumer
  /** How long an empty queue is listened to, in whole seconds up to 20. */
  readonly waitSeconds: number
  readonly stopping: Stopping
  readonly telemetry: Telemetry
}

/** What a pump does now: for the health endpoint, and for whoever waits until it is quiet. */
export interface PumpState {
  readonly name: StageQueue
  /** When the message in hand was begun, by `performance.now`. */
  handlingSince: number | undefined
  /** Receives that failed in a row. */
  failures: number
  handled: number
}

const pauseMs = 1_000
const longestPauseMs = 60_000

/**
 * Takes messages from one queue until it is told to stop: then the message in hand is finished, and
 * what was received but not begun is made visible again. What failed stays hidden for the queue's
 * own time, as under Lambda.
 */
export async function pump(options: PumpOptions, state: PumpState): Promise<void> {
  const { inbox, waitSeconds, stopping, telemetry, name } = options
  while (!stopping.isAsked) {
    try {
      const messages = await inbox.receive(queueRules[name].batchSize, waitSeconds)
      state.failures = 0
      await handleAll(options, messages, state)
    } catch (error) {
      state.failures += 1
      const known = error instanceof KeynagError
      telemetry.error(known ? error.message : `the ${name} queue cannot be read`, {
        queue: name,
        ...(known ? { code: error.code, remedy: error.remedy } : { error }),
      })
      await stopping.pause(Math.min(longestPauseMs, pauseMs * 2 ** (state.failures - 1)))
    }
  }
}

async function handleAll(
  options: PumpOptions,
  messages: readonly Received[],
  state: PumpState,
): Promise<void> {
  const { name, inbox, consumer, stopping } = options
  const timeoutMs = queueRules[name].timeoutSeconds * 1_000
  const left = [...messages]
  const giveBack = (): Promise<void> => inbox.release(left.splice(0))
  // At once, not after the message in hand: that may take until the process must be gone.
  const givenBack = stopping.whenAsked(giveBack)
  try {
    for (let message = left.shift(); message !== undefined; message = left.shift()) {
      state.handlingSince = performance.now()
      const deadline = state.handlingSince + timeoutMs
      const remainingMs = (): number =>
        Math.max(0, Math.min(deadline - performance.now(), stopping.remainingMs()))
      if (await isConsumed(consumer, message, remainingMs)) await inbox.remove(message)
      state.handled += 1
    }
  } finally {
    state.handlingSince = undefined
    try {
      await givenBack.finish()
    } finally {
      await giveBack()
    }
  }
}

/** The consumer has logged why it rejects. SQS delivers the message again when it shows up. */
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
