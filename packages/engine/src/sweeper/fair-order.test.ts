import { AccountId, plusMs, type Entry } from '@keynag/core'
import { aKeyId, anEntry, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { inFairOrder } from './fair-order.ts'

const now = at('2026-01-12T09:00:00Z')
const entryOf = (n: number, account: string, dueInMs: number): Entry => ({
  ...anEntry({ accessKeyId: aKeyId(n), accountId: AccountId.parse(account) }),
  dueAt: plusMs(now, dueInMs),
})
const [large, small] = ['111111111111', '222222222222']

describe('the order of the keys that are due', () => {
  it('gives each account its turn, and the key that has been due longest comes first', () => {
    const entries = [
      entryOf(1, large, 30),
      entryOf(2, large, 10),
      entryOf(3, large, 20),
      entryOf(4, small, 50),
      entryOf(5, small, 40),
    ]
    const order = inFairOrder(entries).map(({ accessKeyId }) => accessKeyId)
    expect(order).toEqual([2, 5, 3, 4, 1].map(aKeyId))
  })

  it('is the same each time for keys that are due at once', () => {
    const entries = [entryOf(2, large, 0), entryOf(1, large, 0)]
    expect(inFairOrder(entries)).toEqual(inFairOrder(entries.toReversed()))
  })
})
