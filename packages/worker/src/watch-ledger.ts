import { isDown, providers, type Clock, type Ledger, type Provider } from '@keynag/core'
import type { Stopping } from './stopping.ts'

/** What the worker knows of the ledger. Instants are by `performance.now`. */
export interface LedgerState {
  /** Since when the worker has been asking the ledger without an answer. */
  askingSince: number | undefined
  /** The providers of messages that were down at the last answer. */
  down: readonly Provider[]
}

interface WatchOptions {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly stopping: Stopping
}

const everyMs = 20_000

/** Reads the outages again and again. Thereby it also finds out whether the ledger answers. */
export async function watchLedger(
  { ledger, clock, stopping }: WatchOptions,
  state: LedgerState,
): Promise<void> {
  while (!stopping.isAsked) {
    state.askingSince ??= performance.now()
    try {
      const now = clock.now()
      const outages = await Promise.all(providers.map((provider) => ledger.outage(provider)))
      state.down = providers.filter((_, index) => isDown(outages[index], now))
      state.askingSince = undefined
    } catch {
      // `askingSince` tells it.
    }
    await stopping.pause(everyMs)
  }
}

/** The same ledger. It calls `note` at each answer, so that slow work can be told from hanging work. */
export function noting(ledger: Ledger, note: () => void): Ledger {
  return new Proxy(ledger, {
    get: (target, name): unknown => {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(member, target, args)
        note()
        return answer
      }
    },
  })
}
