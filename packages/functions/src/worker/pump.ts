import type { Inbox, Received } from '@keynag/aws'
import { KeynagError, type StageQueue } from '@keynag/core'
import type { QueueHandler } from '../consumer.ts'
import type { Telemetry } from '../ports.ts'
import { handleReceived } from './handle-received.ts'
import type { Stopping } from './stopping.ts'

export interface PumpOptions {
  readonly name: StageQueue
  readonly inbox: Inbox
  readonly handler: QueueHandler
  /** Messages taken at once, 1 to 10; they are handled one after the other. */
  readonly batchSize: number
  /** How long the handler may take for one message. */
  readonly timeoutMs: number
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
  const { inbox, batchSize, waitSeconds, stopping, telemetry, name } = options
  while (!stopping.isAsked) {
    try {
      const messages = await inbox.receive(batchSize, waitSeconds)
      state.failures = 0
      await handleAll(options, messages, state)
    } catch (error) {
      state.failures += 1
      const known = error instanceof KeynagError
      telemetry.error(known ? error.message : `the ${name} queue cannot be read`, {
        queue: name,
        ...(known ? { code: error.code, mend: error.mend } : { error }),
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
  const { inbox, handler, timeoutMs, stopping } = options
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
      if (await handleReceived(handler, message, remainingMs)) await inbox.remove(message)
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
