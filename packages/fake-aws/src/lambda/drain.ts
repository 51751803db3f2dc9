import { setTimeout as sleep } from 'node:timers/promises'
import type { EventSourceMapping, QueueDepth } from './event-source-mapping.ts'

export type DrainOptions = {
  /** Volleys, one mapping each, after which the queues should have been empty; default 10,000. */
  maximumRounds?: number
  /** Real milliseconds to wait for messages in flight to show up again; default 10,000. */
  maximumWaitMs?: number
}

export type Drained = {
  /** Volleys that were needed. */
  rounds: number
  /** Messages received, again for each time they came. */
  received: number
  /** Delayed messages that were left where they are. */
  delayed: number
}

/** The queues did not get empty. */
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
 * Runs event source mappings until no message is visible or in flight in any of their queues. The
 * first mapping by priority (then by the order given) whose queue holds something always goes
 * next, so what it sends on waits until its own queue is empty. Delayed messages are left.
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
    const got = await next.mapping.volley(next.depth.visible)
    received += got
    if (got > 0 || next.depth.visible > 0) {
      waitedMs = 0
      continue
    }
    // Hidden from us, not ours: a retry delay, or another receiver. fauxqs keeps counting expired
    // messages as in flight until the next receive, which the volley was.
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
