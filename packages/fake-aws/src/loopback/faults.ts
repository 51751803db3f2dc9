/**
 * Faults for the next calls, in the order in which they were added. Each fault applies to as many
 * calls as were asked for.
 */
export type Faults<Fault> = {
  /** The next `times` calls meet this fault. */
  next(fault: Fault, times?: number): void
  /** The fault this call meets, if any. */
  take(): Fault | undefined
  clear(): void
}

export const faults = <Fault>(): Faults<Fault> => {
  let waiting: Fault[] = []
  return {
    next: (fault, times = 1) => {
      waiting.push(...Array.from({ length: times }, () => fault))
    },
    take: () => waiting.shift(),
    clear: () => {
      waiting = []
    },
  }
}
