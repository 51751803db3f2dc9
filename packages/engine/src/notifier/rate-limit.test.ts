import {
  AccountId,
  dayMs,
  epochMs,
  MemoryLedger,
  minuteMs,
  plusDays,
  transient,
  type EpochMs,
  type KeynagEvent,
  type Messenger,
  type Sent,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  aKnownAccount,
  anActor,
  anEntry,
  anOrganization,
  at,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { sweep } from '../sweeper/sweep.ts'
import { nag } from './nag.ts'

const start = at('2026-01-12T09:00:00Z')
const owners = 1_000
const perMinute = 50
const organization = anOrganization({
  policies: [{ name: 'standard', mode: 'notify', staleAtDay: 90, nag: { via: ['slack'] } }],
})

/** Time passes only when everybody sleeps. */
class VirtualClock {
  #now: EpochMs = start
  readonly #sleeping: { readonly until: number; readonly wake: () => void }[] = []
  now = (): EpochMs => this.#now
  sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleeping.push({ until: this.#now + ms, wake })
    })
  async runUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#sleeping.sort((a, b) => a.until - b.until)
      const next = this.#sleeping.shift()
      if (next === undefined) continue
      this.#now = epochMs(Math.max(this.#now, next.until))
      next.wake()
    }
  }
}

/** Slack looks up so many people a minute, and then asks everybody to wait for the next one. */
function limitedSlack(clock: VirtualClock) {
  let refused = 0
  const told = new Map<string, number>()
  const called = new Map<number, number>()
  const send = async (...[, [route]]: Parameters<Messenger['send']>): Promise<Sent> => {
    await clock.sleep(300)
    const minute = Math.floor(clock.now() / minuteMs)
    const calls = (called.get(minute) ?? 0) + 1
    called.set(minute, calls)
    if (calls > perMinute) {
      refused += 1
      return {
        kind: 'failed',
        provider: 'slack',
        error: transient('KEYNAG_THROTTLED', 'Slack asked to slow down'),
        pauseMs: (minute + 1) * minuteMs - clock.now(),
      }
    }
    const to = route !== undefined && 'email' in route ? route.email : 'nobody'
    told.set(to, (told.get(to) ?? 0) + 1)
    return {
      kind: 'delivered',
      delivery: { channel: 'slack', to, messageId: `m${told.size}` },
      named: keyOf.get(to) === undefined ? [] : [keyOf.get(to) ?? aKeyId()],
    }
  }
  return { messenger: { send }, told, refused: () => refused }
}

const keyOf = new Map(
  Array.from({ length: owners }, (_, index) => [`o${index}@example.com`, aKeyId(index + 1)]),
)

async function aLedger(): Promise<MemoryLedger> {
  const ledger = new MemoryLedger()
  const accountId = AccountId.parse(anEntry().accountId)
  const read = aKnownAccount({ accountId, readAt: start, listedAt: start })
  await ledger.commit([{ kind: 'account', before: undefined, after: read }])
  for (const [email, accessKeyId] of keyOf) {
    const owner = { ...anEntry().owner, id: email, email }
    const after = {
      ...anEntry({ accessKeyId, createdAt: plusDays(start, -100), audience: `owner:${email}` }),
      owner,
      dueAt: start,
    }
    const fact = aFact('found')
    await ledger.commit([{ kind: 'entry', before: undefined, after, fact, actor: anActor() }])
  }
  return ledger
}

describe('a provider that delivers so many messages a minute', () => {
  it.each([1, 3])(
    'gets hardly more calls than it takes, and everybody is told once (%i workers)',
    async (workers) => {
      const clock = new VirtualClock()
      const slack = limitedSlack(clock)
      const queue: KeynagEvent[] = []
      let ids = 0
      const ports = {
        clock,
        ids: { uuid: () => `id-${(ids += 1)}` },
        ledger: await aLedger(),
        organization,
        source: 'keynag/test',
        messenger: slack.messenger,
        telemetry: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
        publisher: {
          publish: async (events: readonly KeynagEvent[]) => {
            queue.push(...events)
          },
        },
      }
      const isOver = (): boolean => slack.told.size === owners || clock.now() > start + dayMs / 4
      const tell = nag(ports)
      const handler = async (): Promise<void> => {
        while (!isOver()) {
          const event = queue.shift()
          if (event?.type === 'key.stale') await tell(event, { remainingMs: () => 300_000 })
          else await clock.sleep(1_000)
        }
      }
      const sweeper = async (): Promise<void> => {
        while (!isOver()) {
          await sweep(ports)
          await clock.sleep(5 * minuteMs)
        }
      }
      void sweeper()
      for (let each = 0; each < 2 * workers; each += 1) void handler()
      await clock.runUntil(isOver)
      const minutes = (clock.now() - start) / minuteMs
      expect([...slack.told.values()].every((count) => count === 1)).toBe(true)
      // Each notifier may have a call on its way when Slack asks everybody to wait.
      expect(slack.refused()).toBeLessThanOrEqual(2 * workers * (owners / perMinute))
      expect(slack.told.size).toBe(owners)
      expect(minutes).toBeLessThanOrEqual(owners / perMinute)
    },
    60_000,
  )
})
