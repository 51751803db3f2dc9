import { describe, expect, it } from 'vitest'
import { coverage, estateOf, type AccountScan } from './scan.ts'
import { anAccount, anAccountId, anAccountScan, aScanDay, at } from './testing/index.ts'

const [one, two, three] = [anAccountId(1), anAccountId(2), anAccountId(3)]
const day = aScanDay({ accountIds: [one, two, three] })
const counts = { users: 0, keys: 0, stale: 0, found: 0, resolved: 0 }
const requested = { kind: 'requested' } as const
const finished = {
  kind: 'finished',
  at: at('2026-01-05'),
  reportAt: at('2026-01-05'),
  counts,
  rootKeys: [],
} as const
const failed = { kind: 'failed', at: at('2026-01-05'), code: 'X', why: 'no role' } as const
const skipped = { kind: 'skipped', why: 'SUSPENDED' } as const

const scan = (accountId: typeof one, result: AccountScan['result']): AccountScan =>
  anAccountScan({ account: anAccount({ accountId }), result })

describe('coverage', () => {
  it('is complete when every planned account has a result, and lists the failures', () => {
    const scans = [
      scan(one, { ...finished, rootKeys: [] }),
      scan(two, failed),
      scan(three, skipped),
    ]
    expect(coverage(day, scans)).toStrictEqual({ complete: true, failed: [two], open: [] })
  })

  it('is incomplete while an account has no result yet', () => {
    const scans = [scan(one, requested), scan(two, failed), scan(three, skipped)]
    expect(coverage(day, scans)).toStrictEqual({ complete: false, failed: [two], open: [one] })
  })

  it('is incomplete while accounts have no scan at all', () => {
    expect(coverage(day, [])).toStrictEqual({
      complete: false,
      failed: [],
      open: [one, two, three],
    })
  })

  it('ignores accounts that were not planned', () => {
    const other = scan(anAccountId(9), failed)
    expect(coverage(aScanDay({ accountIds: [one] }), [scan(one, skipped), other])).toStrictEqual({
      complete: true,
      failed: [],
      open: [],
    })
  })
})

const of = (keys: number) => ({ ...finished, rootKeys: [], counts: { ...counts, keys } })

describe('the estate', () => {
  it('is the number of keys in a complete scan, without those of failed accounts', () => {
    const scans = [scan(one, of(3)), scan(two, of(40)), scan(three, failed)]
    expect(estateOf(day, scans)).toStrictEqual({ date: day.date, keys: 43 })
  })

  it('is unknown while a result is missing', () => {
    expect(estateOf(day, [scan(one, of(3)), scan(two, of(40)), scan(three, requested)])).toBe(
      undefined,
    )
    expect(estateOf(day, [scan(one, of(3)), scan(two, of(40))])).toBe(undefined)
  })
})
