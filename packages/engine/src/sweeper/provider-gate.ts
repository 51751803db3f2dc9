import {
  providers,
  isDown,
  type Provider,
  type EpochMs,
  type KeynagEvent,
  type Outage,
} from '@keynag/core'
import { openNagNotice } from '../notifier/nag-notice.ts'
import type { Ports } from '../ports.ts'

/** The message that has tried least: a message that never gets through keeps no other from trying. */
interface Candidate {
  readonly event: KeynagEvent
  readonly attempts: number
}

/**
 * Holds back the messages that wait for a provider which is down, but for one that tries whether it
 * works again.
 */
export class ProviderGate {
  readonly #ledger: Ports['ledger']
  readonly #now: EpochMs
  readonly #down: ReadonlyMap<Provider, Outage>
  readonly #candidates = new Map<Provider, Candidate>()

  private constructor(ledger: Ports['ledger'], now: EpochMs, down: ReadonlyMap<Provider, Outage>) {
    this.#ledger = ledger
    this.#now = now
    this.#down = down
  }

  static async open(ledger: Ports['ledger'], now: EpochMs): Promise<ProviderGate> {
    const down = new Map<Provider, Outage>()
    for (const provider of providers) {
      const outage = await ledger.outage(provider)
      if (isDown(outage, now)) down.set(provider, outage)
    }
    return new ProviderGate(ledger, now, down)
  }

  get countDown(): number {
    return this.#down.size
  }

  /** Whether the event does not wait for a provider that is down. */
  async admits(event: KeynagEvent): Promise<boolean> {
    if (this.#down.size === 0) return true
    const notice = await this.#noticeOf(event)
    const provider = notice?.waitsFor
    if (notice === undefined || provider === undefined || !this.#down.has(provider)) return true
    const least = this.#candidates.get(provider)
    const { attempts } = notice
    if (least === undefined || attempts < least.attempts) {
      this.#candidates.set(provider, { event, attempts })
    }
    return false
  }

  /** For each provider that may be tried again, one of the messages that wait for it. */
  tries(): readonly KeynagEvent[] {
    return [...this.#candidates].flatMap(([provider, { event }]) =>
      (this.#down.get(provider)?.nextTryAt ?? Infinity) <= this.#now ? [event] : [],
    )
  }

  #noticeOf(event: KeynagEvent) {
    switch (event.type) {
      case 'key.stale':
        return openNagNotice({ ledger: this.#ledger }, event.data.audience, this.#now)
      case 'notice.due':
        return this.#ledger.notice(event.data.noticeId)
      default:
        return undefined
    }
  }
}
