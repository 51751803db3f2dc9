import { setTimeout as sleep } from 'node:timers/promises'

/** Being told to stop, and how long that may take. */
export interface Stopping {
  readonly isAsked: boolean
  /** Until the process must be gone; without end while nobody has asked. */
  readonly remainingMs: () => number
  /** Waits, but not beyond being asked to stop. */
  readonly pause: (ms: number) => Promise<void>
  /** Does something at once when asked to stop; `finish` waits for it, or calls it off. */
  readonly whenAsked: (act: () => Promise<void>) => { readonly finish: () => Promise<void> }
}

/** @param limitMs from being asked to stop to the end */
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
        // Whoever finishes hears of a failure; until then nobody listens.
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
