import type { Inbox, Received } from '@keynag/aws'
import { KeynagError, queueRules, type StageQueue } from '@keynag/core'
import type { Consumer, Telemetry } from '@keynag/engine'
import type { Stopping } from './stopping.ts'

export interface PumpOptions {
  readonly name: StageQueue
  readonly inbox: Inbox
  readonly consumer: Consumer
  /** How long a receive waits for messages (long polling), in whole seconds up to 20. */
  readonly waitSeconds: number
  readonly stopping: Stopping
  readonly telemetry: Telemetry
}

/** What a pump does now. The health endpoint and the end of the worker read it. */
export interface PumpState {
  readonly name: StageQueue
  /** When the handler of the current message began, by `performance.now`. */
  handlingSince: number | undefined
  /** How many receives have failed in a row. */
  failures: number
  handled: number
}

const pauseMs = 1_000
const longestPauseMs = 60_000

/**
 * Handles the messages of one queue until it has to stop. Then it finishes the current message and
 * makes received messages that it has not begun visible again. A failed message stays hidden for the
 * queue's visibility timeout, as with Lambda.
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
  // Release them at once: the current message may take until the process has to be gone.
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
