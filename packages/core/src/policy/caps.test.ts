import { describe, expect, it } from 'vitest'
import { aPolicy, anAccountId, at } from '../testing/index.ts'
import { capsOf, dailyLimit } from './caps.ts'

const caps = (shareOfEstatePerDay: number, perDay = 50) =>
  aPolicy({ caps: { shareOfEstatePerDay, perDay } }).caps

describe('the daily limit', () => {
  it.each([
    { of: 'a large organisation is perDay', share: 0.05, keys: 10_000, limit: 50 },
    {
      of: 'an organisation where both limits are equal is that limit',
      share: 0.05,
      keys: 1_000,
      limit: 50,
    },
    { of: 'a small organisation is the share, rounded down', share: 0.05, keys: 199, limit: 9 },
    { of: 'a tiny organisation is one key', share: 0.05, keys: 3, limit: 1 },
    { of: 'an organisation without keys is one key', share: 0.05, keys: 0, limit: 1 },
    {
      of: 'an organisation of unknown size is one key',
      share: 0.9,
      keys: undefined,
      limit: 1,
    },
    {
      of: 'a share of 1 is perDay, for any size',
      share: 1,
      keys: undefined,
      limit: 50,
    },
    { of: 'a share of 0 is 0', share: 0, keys: 10_000, limit: 0 },
  ])('of $of', ({ share, keys, limit }) => {
    expect(dailyLimit(caps(share), keys)).toBe(limit)
  })

  it('is 0 if perDay is 0', () => {
    expect(dailyLimit(caps(0.5, 0), 10_000)).toBe(0)
  })

  it('has these defaults', () => {
    expect(aPolicy().caps).toStrictEqual({
      perDay: 50,
      perAccountPerDay: 10,
      shareOfEstatePerDay: 0.05,
    })
  })

  it.each([-0.1, 1.1])('is refused for a share of %d', (share) => {
    expect(() => caps(share)).toThrow('must be a share from 0 to 1')
  })
})

describe('the counters of a cap', () => {
  const now = at('2026-03-01T23:59:59Z')
  const scopes = (what: Parameters<typeof capsOf>[2]) =>
    capsOf(aPolicy({ name: 'standard' }), anAccountId(), what, now, 100)

  it('count per policy and per account of the policy, for a UTC day', () => {
    expect(scopes('begin')).toStrictEqual([
      { date: '2026-03-01', scope: 'policy/standard', limit: 5 },
      { date: '2026-03-01', scope: `policy/standard/${anAccountId()}`, limit: 10 },
    ])
  })

  it('are separate for beginning, deactivating and deleting', () => {
    const all = (['begin', 'deactivate', 'delete'] as const).flatMap(scopes)
    expect(new Set(all.map(({ scope }) => scope)).size).toBe(6)
  })
})
