import {
  isoDay,
  MemoryLedger,
  minuteMs,
  plusDays,
  plusMs,
  transient,
  type Account,
  type EpochMs,
  type KeynagEvent,
} from '@keynag/core'
import { anAccount, anAccountId, anOrganization, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { sweep } from '../sweeper/sweep.ts'
import { plan } from './plan.ts'

const fiveOClock = at('2026-01-05T05:00:00Z')
const accounts: readonly Account[] = [1, 2, 3].map((n) => anAccount({ accountId: anAccountId(n) }))
const silent = () => undefined

let now: EpochMs
let refusals: number
let sent: KeynagEvent[]
let ledger: MemoryLedger

beforeEach(() => {
  now = fiveOClock
  refusals = 0
  sent = []
  ledger = new MemoryLedger()
})

const ports = (): Parameters<typeof plan>[0] => ({
  clock: { now: () => now, sleep: () => Promise.resolve() },
  ids: { uuid: () => 'id' },
  ledger,
  organization: anOrganization(),
  accounts: { accounts: () => Promise.resolve(accounts) },
  publisher: {
    publish: (events) => {
      if (events.length > 0 && refusals > 0) {
        refusals -= 1
        return Promise.reject(transient('KEYNAG_UNAVAILABLE', 'SQS does not answer'))
      }
      sent.push(...events)
      return Promise.resolve()
    },
  },
  source: 'keynag/test',
  telemetry: { count: silent, info: silent, warn: silent, error: silent },
})

/** The accounts that were asked for since the last look. */
const asked = (): readonly string[] =>
  sent.splice(0).flatMap((event) => (event.type === 'scan.requested' ? [event.subject] : []))

const after = (minutes: number): void => {
  now = plusMs(fiveOClock, minutes * minuteMs)
}

const ended = async (account: Account): Promise<void> => {
  const before = await ledger.accountScan(isoDay(now), account.accountId)
  if (before === undefined) throw new Error('the account is not planned')
  const counts = { users: 1, keys: 4, stale: 0, found: 0, resolved: 0 }
  const result = { kind: 'finished' as const, at: now, reportAt: now, counts, rootKeys: [] }
  const scan = { ...before, result, version: before.version + 1 }
  await ledger.commit([{ kind: 'account-scan', before, after: scan }])
}

describe('a plan whose messages could not be sent', () => {
  it('is sent by the sweeper, as often as it takes, and then no more', async () => {
    refusals = 2
    await expect(plan(ports())).rejects.toThrow('SQS does not answer')
    // The planner may still be at work.
    after(1)
    await sweep(ports())
    expect(asked()).toEqual([])
    after(5)
    await expect(sweep(ports())).rejects.toThrow('SQS does not answer')
    after(10)
    await sweep(ports())
    expect(asked()).toEqual(accounts.map(({ accountId }) => accountId))
    for (const minutes of [15, 20, 90]) {
      after(minutes)
      await sweep(ports())
    }
    expect(asked()).toEqual([])
  })

  it('is sent without the accounts that have their result', async () => {
    refusals = 1
    await expect(plan(ports())).rejects.toThrow('SQS does not answer')
    const [first, ...others] = accounts
    await ended(first ?? anAccount())
    after(5)
    await sweep(ports())
    expect(asked()).toEqual(others.map(({ accountId }) => accountId))
  })

  it('is not sent again by the sweeper where the planner sent it', async () => {
    await plan(ports())
    expect(asked()).toHaveLength(3)
    after(60)
    await sweep(ports())
    expect(asked()).toEqual([])
  })
})

describe('a scan that never ended', () => {
  it('is a failure from the next day on, and the day counts the keys of the others', async () => {
    await plan(ports())
    const [lost, ...others] = accounts
    for (const account of others) await ended(account)
    const yesterday = isoDay(now)
    now = plusDays(fiveOClock, 1)
    await plan(ports())
    const scan = await ledger.accountScan(yesterday, lost?.accountId ?? anAccountId())
    expect(scan?.result).toMatchObject({ kind: 'failed', code: 'KEYNAG_SCAN_UNFINISHED' })
    expect((await ledger.scanDay(isoDay(now)))?.estate).toEqual({ date: yesterday, keys: 8 })
  })
})
