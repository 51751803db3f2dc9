import type { Store } from 'dynalite/db/index.js'

export type LockedItem = { table: string; key: string }

/**
 * Runs the work while these items are locked. The locks are dynalite's, which its single writes take
 * too. Tables are locked in the order of their names, so that transactions cannot deadlock.
 */
export const withLocks = <Result>(
  store: Store,
  items: LockedItem[],
  work: () => Promise<Result>,
): Promise<Result> => {
  const [first] = items.map((item) => item.table).sort()
  if (first === undefined) return work()
  const keys = items.filter((item) => item.table === first).map((item) => item.key)
  const rest = items.filter((item) => item.table !== first)
  return new Promise((resolve, reject) => {
    store.getItemDb(first).lock(keys, (release) => {
      const finish = release((settle: () => void) => settle())
      withLocks(store, rest, work).then(
        (result) => finish(() => resolve(result)),
        (error: unknown) => finish(() => reject(error)),
      )
    })
  })
}
