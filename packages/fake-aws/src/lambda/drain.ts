import { setTimeout as sleep } from 'node:timers/promises'
import type { EventSourceMapping, QueueDepth } from './event-source-mapping.ts'

export type DrainOptions = {
  /** The number of rounds after which `drain` gives up; default 10,000. A round polls one mapping. */
  maximumRounds?: number
  /** Real milliseconds to wait until messages in flight become visible again; default 10,000. */
  maximumWaitMs?: number
}

export type Drained = {
  /** The number of rounds. */
  rounds: number
  /** The number of received messages. A message that came twice counts twice. */
  received: number
  /** The number of delayed messages, which stay in their queues. */
  delayed: number
}

/** The queues did not become empty. */
export class DrainEndless extends Error {
  readonly code = 'KEYNAG_DRAIN_ENDLESS'

  constructor(why: string, left: string) {
    super(
      `The queues were not empty ${why}. Left: ${left}. ` +
        'A handler keeps sending to its own queue, or messages stay hidden after a failure.',
    )
    this.name = 'DrainEndless'
  }
}

const inFlightPauseMs = 5

/**
 * Runs event source mappings until no message is visible or in flight in any of their queues. Each
 * round polls the first mapping, by priority and then by the order given, whose queue has messages.
 * So the messages that a handler sends to another queue wait until its own queue is empty. Delayed
 * messages stay in their queues.
 * @throws {DrainEndless}
 */
export const drain = async (
  mappings: readonly EventSourceMapping[],
  { maximumRounds = 10_000, maximumWaitMs = 10_000 }: DrainOptions = {},
): Promise<Drained> => {
  const ordered = [...mappings].sort((one, other) => one.priority - other.priority)
  let rounds = 0
  let received = 0
  let waitedMs = 0

  for (;;) {
    const next = await firstBusy(ordered)
    if (!next) return { rounds, received, delayed: await delayedIn(ordered) }
    if (rounds >= maximumRounds) {
      throw new DrainEndless(`after ${rounds} rounds`, await contents(ordered))
    }
    rounds += 1
    const got = await next.mapping.pollInParallel(next.depth.visible)
    received += got
    if (got > 0 || next.depth.visible > 0) {
      waitedMs = 0
      continue
    }
    // All remaining messages are hidden, by a retry delay or by another receiver. fauxqs counts a
    // message as in flight until the next receive, even if its time-out is over; the poll above was
    // that receive.
    if (waitedMs >= maximumWaitMs) {
      throw new DrainEndless(`after waiting ${maximumWaitMs} ms`, await contents(ordered))
    }
    rounds -= 1
    waitedMs += inFlightPauseMs
    await sleep(inFlightPauseMs)
  }
}

type Busy = { mapping: EventSourceMapping; depth: QueueDepth }

const firstBusy = async (mappings: EventSourceMapping[]): Promise<Busy | undefined> => {
  let hidden: Busy | undefined
  for (const mapping of mappings) {
    const depth = await mapping.depth()
    if (depth.visible > 0) return { mapping, depth }
    if (depth.inFlight > 0) hidden ??= { mapping, depth }
  }
  return hidden
}

const delayedIn = async (mappings: EventSourceMapping[]) => {
  const depths = await Promise.all(mappings.map((mapping) => mapping.depth()))
  return depths.reduce((sum, depth) => sum + depth.delayed, 0)
}

const contents = async (mappings: EventSourceMapping[]) => {
  const lines = await Promise.all(
    mappings.map(async (mapping) => {
      const { visible, inFlight } = await mapping.depth()
      return `${mapping.name} ${visible} visible, ${inFlight} in flight`
    }),
  )
  return lines.join('; ')
}
