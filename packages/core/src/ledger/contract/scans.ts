import { expect, it } from 'vitest'
import type { AccountScan } from '../../scan.ts'
import { anAccountId, at } from '../../testing/ids.ts'
import { aKnownAccount, anAccount, anAccountScan, aScanDay } from '../../testing/rows.ts'
import type { Write } from '../ledger.ts'
import { eventually, type LedgerUnderTest } from './ledger-under-test.ts'

export const scanCases = (on: LedgerUnderTest): void => {
  it('keeps a day, and refuses a second plan of it', async () => {
    const day = aScanDay()
    await on.commit({ kind: 'scan-day', before: undefined, after: day })
    expect(await on.ledger.scanDay(day.date)).toStrictEqual(day)
    expect(await on.ledger.scanDay('2026-01-06')).toBeUndefined()
    const second: Write = {
      kind: 'scan-day',
      before: undefined,
      after: aScanDay({ accountIds: [] }),
    }
    expect(await on.ledger.commit([second])).toStrictEqual({
      kind: 'lost',
      write: second,
      current: undefined,
    })
    const after = { ...day, version: 2, accountIds: [...day.accountIds, anAccountId(3)] }
    await on.commit({ kind: 'scan-day', before: day, after })
    expect(await on.ledger.scanDay(day.date)).toStrictEqual(after)
  })

  it('keeps each kind of result, and lists all accounts of a day', async () => {
    const results: readonly AccountScan['result'][] = [
      { kind: 'requested' },
      {
        kind: 'finished',
        at: at('2026-01-05T03:10:00Z'),
        reportAt: at('2026-01-05T02:00:00Z'),
        counts: { users: 3, keys: 4, stale: 2, found: 1, resolved: 0 },
        rootKeys: [{ slot: '1', changedAt: at('2020-01-01') }, { slot: '2' }],
      },
      {
        kind: 'failed',
        at: at('2026-01-05T03:10:00Z'),
        code: 'KEYNAG_ROLE_UNREACHABLE',
        why: 'not trusted',
      },
      { kind: 'skipped', why: 'SUSPENDED' },
    ]
    const scans = results.map((result, index) =>
      anAccountScan({ account: anAccount({ accountId: anAccountId(index) }), result }),
    )
    for (const after of scans) await on.commit({ kind: 'account-scan', before: undefined, after })
    await on.commit({
      kind: 'account-scan',
      before: undefined,
      after: anAccountScan({ date: '2026-01-06' }),
    })
    for (const scan of scans) {
      expect(await on.ledger.accountScan(scan.date, scan.account.accountId)).toStrictEqual(scan)
    }
    await eventually(async () => {
      const found = [...(await on.ledger.accountScans('2026-01-05'))]
      found.sort((a, b) => (a.account.accountId < b.account.accountId ? -1 : 1))
      expect(found).toStrictEqual(scans)
    })
    expect(await on.ledger.accountScans('2026-01-07')).toStrictEqual([])
  })

  it('records one result for each account and day', async () => {
    const requested = anAccountScan()
    await on.commit({ kind: 'account-scan', before: undefined, after: requested })
    const skipped = (why: string): Write => ({
      kind: 'account-scan',
      before: requested,
      after: { ...requested, version: 2, result: { kind: 'skipped', why } },
    })
    await on.commit(skipped('first'))
    expect(await on.ledger.commit([skipped('second')])).toMatchObject({ kind: 'lost' })
    const again: Write = { kind: 'account-scan', before: undefined, after: requested }
    expect(await on.ledger.commit([again])).toMatchObject({ kind: 'lost' })
    expect(await on.ledger.accountScan(requested.date, anAccountId())).toMatchObject({
      result: { why: 'first' },
    })
  })

  it('keeps what is known of each account, and one writer at a time changes it', async () => {
    const known = [1, 2, 3].map((n) => aKnownAccount({ accountId: anAccountId(n) }))
    for (const after of known) await on.commit({ kind: 'account', before: undefined, after })
    const [first = aKnownAccount()] = known
    const stopped = { since: at('2026-01-06T05:00:00Z'), why: 'the account is SUSPENDED' }
    const after = { ...first, state: 'SUSPENDED' as const, stopped, version: 2 }
    await on.commit({ kind: 'account', before: first, after })
    const late: Write = { kind: 'account', before: first, after: { ...first, version: 2 } }
    expect(await on.ledger.commit([late])).toMatchObject({ kind: 'lost' })
    expect(await on.ledger.account(first.accountId)).toStrictEqual(after)
    expect(await on.ledger.account(anAccountId(9))).toBeUndefined()
    const all = [...(await on.ledger.accounts())]
    expect(all.map(({ accountId }) => accountId).sort()).toStrictEqual(
      known.map(({ accountId }) => accountId).sort(),
    )
  })

  it('returns all of 250 accounts of a day', async () => {
    for (let n = 0; n < 250; n += 1) {
      const account = anAccount({ accountId: anAccountId(n) })
      await on.commit({
        kind: 'account-scan',
        before: undefined,
        after: anAccountScan({ account }),
      })
    }
    await eventually(async () => {
      const found = await on.ledger.accountScans('2026-01-05')
      expect(found).toHaveLength(250)
      expect(new Set(found.map(({ account }) => account.accountId)).size).toBe(250)
    })
  })
}
