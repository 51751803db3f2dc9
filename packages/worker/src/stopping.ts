import { setTimeout as sleep } from 'node:timers/promises'

/** The request to stop, and the time that is left for it. */
export interface Stopping {
  readonly isAsked: boolean
  /** Milliseconds until the process has to be gone; `Infinity` before the request. */
  readonly remainingMs: () => number
  /** Sleeps, but wakes when the request to stop comes. */
  readonly pause: (ms: number) => Promise<void>
  /** Runs `act` when the request to stop comes; `finish` waits for it, or cancels it. */
  readonly whenAsked: (act: () => Promise<void>) => { readonly finish: () => Promise<void> }
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
    whenAsked: (act) => {
      let acting: Promise<void> | undefined
      const begin = (): void => {
        acting = act()
        // `finish` rethrows a failure; this keeps Node from reporting it as unhandled before that.
        acting.catch(() => undefined)
      }
      if (signal.aborted) begin()
      else signal.addEventListener('abort', begin, { once: true })
      return {
        finish: async () => {
          signal.removeEventListener('abort', begin)
          await acting
        },
      }
    },
  }
}
