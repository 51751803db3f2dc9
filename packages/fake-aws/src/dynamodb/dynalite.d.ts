/**
 * The parts of dynalite 4.0.0 that this package calls in process. dynalite ships no types; these
 * declarations follow its source code.
 */
declare module 'dynalite/db/index.js' {
  import type { AttributeValue } from '@aws-sdk/client-dynamodb'

  export type Item = Record<string, AttributeValue>
  export type Failure = { name: string; statusCode?: number; body?: Record<string, unknown> }
  export type Callback<Value> = (error: Failure | null, value?: Value) => void
  export type Table = {
    TableName: string
    TableArn: string
    KeySchema: { AttributeName: string; KeyType: string }[]
  }
  /** Wraps a callback so that calling it also lets the lock go. */
  export type Release = <Arguments extends unknown[]>(
    done: (...given: Arguments) => void,
  ) => (...given: Arguments) => void
  export type ItemDb = {
    lock(key: string | string[], locked: (release: Release) => void): void
    get(key: string, done: Callback<Item>): void
    put(key: string, item: Item, done: Callback<void>): void
    del(key: string, done: Callback<void>): void
  }
  export type IndexDb = Omit<ItemDb, 'lock'>
  export type IndexType = 'Local' | 'Global' | 'local' | 'global'
  export type StoredChange =
    | { type: 'put'; key: string; value: Item }
    | { type: 'del'; key: string }
  export type Store = {
    options: { maxItemSize: number }
    db: {
      open(): Promise<void>
      batch(changes: StoredChange[], done: Callback<void>): void
      /** Every row with its full key, rows of tables and indexes included. */
      iterator(): AsyncIterable<[key: string, value: Item]>
    }
    getTable(name: string, done: Callback<Table>): void
    getItemDb(table: string): ItemDb
    getIndexDb(type: IndexType, table: string, index: string): IndexDb
    lifecycleManager: { gracefulClose(): Promise<void> }
  }

  export const create: (options: {
    path?: string
    createTableMs: number
    deleteTableMs: number
    updateTableMs: number
  }) => Store
  export const createKey: (item: unknown, table: Table) => string
  export const validateKey: (key: unknown, table: Table) => Failure | null | undefined
  export const validateItem: (item: unknown, table: Table) => Failure | null | undefined
  export const checkConditional: (data: object, existing: Item | undefined) => Failure | null
  export const validationError: (message: string) => Failure
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js'

  export const toLowerFirst: (operation: string) => string
  /** Throws a `Failure` when a member has the wrong JSON type; returns known members only. */
  export const checkTypes: (data: unknown, types: object) => Record<string, unknown>
  /** Throws a `Failure`; attaches parsed expressions to `data` as `_condition`, `_updates`, … */
  export const checkValidations: (
    data: object,
    types: object,
    custom: unknown,
    store: Store,
  ) => void
}
