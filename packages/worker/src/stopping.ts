import { setTimeout as sleep } from 'node:timers/promises'

/** The request to stop, and the time that is left for it. */
export interface Stopping {
  readonly isAsked: boolean
  /** Milliseconds until the process has to be gone; `Infinity` before the request. */
  readonly remainingMs: () => number
  /** Sleeps, but wakes when the request to stop comes. */
  readonly pause: (ms: number) => Promise<void>
}

/** @param limitMs from the request to stop until the process has to be gone */
export function stoppingBy(signal: AbortSignal, limitMs: number): Stopping {
  let askedAt: number | undefined
  const asked = (): void => {
    askedAt = performance.now()
  }
  if (signal.aborted) asked()
  else signal.addEventListener('abort', asked, { once: true })
  return {
    get isAsked() {
      return signal.aborted
    },
    remainingMs: () =>
      askedAt === undefined ? Infinity : Math.max(0, askedAt + limitMs - performance.now()),
    pause: async (ms) => {
      await sleep(ms, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    },
  }
}
