/**
 * Faults to be met by the next calls. Each is used up after so many times, in the order given.
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
