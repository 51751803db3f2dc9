import { makeEvent, MemoryLedger, type AccountScan, type Outcome } from '@keynag/core'
import { anAccountScan, anOrganization, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { scan } from './scan.ts'

const now = at('2026-01-05T05:10:00Z')
const silent = () => undefined
const withBug = (): never => {
  throw new TypeError('the secret is wJalr')
}

/** The scan of an account by a release with a bug. */
async function withABug(receiveCount: number) {
  const ledger = new MemoryLedger()
  const planned = anAccountScan()
  await ledger.commit([{ kind: 'account-scan', before: undefined, after: planned }])
  const errors: unknown[] = []
  const ports = {
    clock: { now: () => now, sleep: () => Promise.resolve() },
    ids: { uuid: () => 'id' },
    iam: {
      credentialReport: withBug,
      users: withBug,
      user: withBug,
      accessKeys: withBug,
      lastUsed: withBug,
      hasKey: withBug,
    },
    ledger,
    organization: anOrganization(),
    source: 'keynag/test',
    telemetry: {
      count: silent,
      info: silent,
      warn: silent,
      error: (_sentence: string, fields: object = {}) => errors.push(fields),
    },
  }
  const { date, account } = planned
  const { accountId } = account
  const origin = { source: 'keynag/test', now, newId: () => 'event' }
  const event = makeEvent('scan.requested', accountId, { date, accountId }, origin)
  const outcome: Outcome | Error = await scan(ports)(event, {
    receiveCount,
    remainingMs: () => 600_000,
  }).catch((error: Error) => error)
  const result: AccountScan['result'] | undefined = (await ledger.accountScan(date, accountId))
    ?.result
  return { outcome, result, errors }
}

describe('a scan that fails by a bug', () => {
  it('is tried again', async () => {
    const { outcome, result } = await withABug(3)
    expect(outcome).toBeInstanceOf(TypeError)
    expect(result).toEqual({ kind: 'requested' })
  })

  it('is the result of the account in the end, without what the bug says', async () => {
    const { outcome, result, errors } = await withABug(4)
    expect(outcome).toMatchObject({ kind: 'done' })
    expect(result).toMatchObject({ kind: 'failed', code: 'KEYNAG_SCAN_UNFINISHED' })
    expect(JSON.stringify(result)).not.toContain('wJalr')
    expect(errors).toEqual([{ error: expect.any(TypeError) }])
  })
})
