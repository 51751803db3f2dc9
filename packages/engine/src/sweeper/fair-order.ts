import type { AccountId, Entry } from '@keynag/core'

/**
 * A cap may allow only a few of these keys today. The key of each account that has been due longest
 * comes first, then the second key of each account, and so on: no account with many keys, or with keys
 * that AWS refuses to change, keeps the others waiting.
 */
export function inFairOrder(entries: readonly Entry[]): readonly Entry[] {
  const turns = new Map<AccountId, number>()
  const inTurn = entries.toSorted(bySoonest).map((entry) => {
    const turn = turns.get(entry.accountId) ?? 0
    turns.set(entry.accountId, turn + 1)
    return { entry, turn }
  })
  // Entries of the same turn stay as they are: soonest first.
  return inTurn.toSorted((a, b) => a.turn - b.turn).map(({ entry }) => entry)
}

const bySoonest = (a: Entry, b: Entry): number =>
  (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.accessKeyId < b.accessKeyId ? -1 : 1)
