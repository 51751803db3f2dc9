import type { IndexType, Item, Release, Store, StoredChange, Table } from 'dynalite/db/index.js'

/**
 * A view of the store for one operation of a transaction: it knows the item that is there, and
 * collects what dynalite's own code would write instead of writing it. Prefixes are those of
 * dynalite's sub-databases, so that all that was collected can go to disk as one batch.
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

/** Writes everything that was collected, all or nothing. */
export const commit = (real: Store, changes: StoredChange[]) =>
  new Promise<void>((resolve, reject) => {
    real.db.batch(changes, (error) => (error ? reject(error) : resolve()))
  })
