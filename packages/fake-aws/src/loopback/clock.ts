/** Where a service reads the time: milliseconds since the epoch, virtual in the sandbox. */
export type Clock = { now(): number }

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() }
