import { describe, expect, it } from 'vitest'
import { aPolicy, anAccountId, at } from '../testing/index.ts'
import { capsOf, dailyLimit } from './caps.ts'

const caps = (shareOfEstatePerDay: number, perDay = 50) =>
  aPolicy({ caps: { shareOfEstatePerDay, perDay } }).caps

describe('the limit of a day (I12)', () => {
  it.each([
    { of: 'a large estate is the number', share: 0.05, keys: 10_000, limit: 50 },
    { of: 'an estate at the turn is both', share: 0.05, keys: 1_000, limit: 50 },
    { of: 'a small estate is the share, rounded down', share: 0.05, keys: 199, limit: 9 },
    { of: 'a tiny estate is one key', share: 0.05, keys: 3, limit: 1 },
    { of: 'an empty estate is one key', share: 0.05, keys: 0, limit: 1 },
    {
      of: 'an estate of unknown size is one key: in doubt, nothing large',
      share: 0.9,
      keys: undefined,
      limit: 1,
    },
    {
      of: 'a policy without a share is the number, whatever the size',
      share: 1,
      keys: undefined,
      limit: 50,
    },
    { of: 'a share of nothing is nothing', share: 0, keys: 10_000, limit: 0 },
  ])('of $of', ({ share, keys, limit }) => {
    expect(dailyLimit(caps(share), keys)).toBe(limit)
  })

  it('is nothing where the number is nothing', () => {
    expect(dailyLimit(caps(0.5, 0), 10_000)).toBe(0)
  })

  it('is a share by default', () => {
    expect(aPolicy().caps).toStrictEqual({
      perDay: 50,
      perAccountPerDay: 10,
      shareOfEstatePerDay: 0.05,
    })
  })

  it.each([-0.1, 1.1])('is refused for a share of %d', (share) => {
    expect(() => caps(share)).toThrow('a share is from 0 to 1')
  })
})

describe('the counters', () => {
  const now = at('2026-03-01T23:59:59Z')
  const scopes = (what: Parameters<typeof capsOf>[2]) =>
    capsOf(aPolicy({ name: 'standard' }), anAccountId(), what, now, 100)

  it('are of the policy and of the account in it, for a UTC day', () => {
    expect(scopes('begin')).toStrictEqual([
      { date: '2026-03-01', scope: 'policy/standard', limit: 5 },
      { date: '2026-03-01', scope: `policy/standard/${anAccountId()}`, limit: 10 },
    ])
  })

  it('are others for each of what is counted', () => {
    const all = (['begin', 'deactivate', 'delete'] as const).flatMap(scopes)
    expect(new Set(all.map(({ scope }) => scope)).size).toBe(6)
  })
})
