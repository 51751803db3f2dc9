import type { IndexType, Item, Release, Store, StoredChange, Table } from 'dynalite/db/index.js'

/**
 * A view of the store for one operation of a transaction. It returns the existing item, and collects
 * the writes of dynalite's own code without performing them. The collected keys have the prefixes of
 * dynalite's sub-databases, so that one batch can write them all.
 */
export type StagedStore = { store: Store; changes: StoredChange[] }

const unlocked: Release = (done) => done

export const stage = (real: Store, table: Table, existing: Item | undefined): StagedStore => {
  const changes: StoredChange[] = []
  const collect = (prefix: string) => ({
    get: (_key: string, done: (error: null, item?: Item) => void) => done(null, existing),
    put: (key: string, value: Item, done: (error: null) => void) => {
      changes.push({ type: 'put', key: `${prefix}~${key}`, value })
      done(null)
    },
    del: (key: string, done: (error: null) => void) => {
      changes.push({ type: 'del', key: `${prefix}~${key}` })
      done(null)
    },
  })
  return {
    changes,
    store: {
      ...real,
      getTable: (_name, done) => done(null, table),
      getItemDb: (name) => ({
        ...collect(`item-${name}`),
        lock: (_key, locked) => locked(unlocked),
      }),
      getIndexDb: (type: IndexType, name, index) =>
        collect(`index-${type.toLowerCase()}~${name}~${index}`),
    },
  }
}

/** Writes all collected changes in one atomic batch. */
export const commit = (real: Store, changes: StoredChange[]) =>
  new Promise<void>((resolve, reject) => {
    real.db.batch(changes, (error) => (error ? reject(error) : resolve()))
  })
