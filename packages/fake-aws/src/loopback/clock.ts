/** The clock of a service, in milliseconds since the epoch. In the sandbox it is virtual. */
export type Clock = { now(): number }

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() }
