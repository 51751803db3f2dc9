import { createRequire } from 'node:module'
import * as database from 'dynalite/db/index.js'
import type { Item, Store, Table } from 'dynalite/db/index.js'
import validations from 'dynalite/validations/index.js'
import { toFailure } from './failure.ts'

type Answer = Record<string, unknown>
type Action = (
  store: Store,
  request: object,
  done: (error: unknown, answer: Answer) => void,
) => void
type Validation = { types: object; custom?: unknown }

/** The operations that dynalite 4 implements. */
export const dynaliteOperations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const

export type DynaliteOperation = (typeof dynaliteOperations)[number]

const require = createRequire(import.meta.url)
const load = (operation: DynaliteOperation): { act: Action; validation: Validation } => {
  const file = validations.toLowerFirst(operation)
  return {
    act: require(`dynalite/actions/${file}.js`),
    validation: require(`dynalite/validations/${file}.js`),
  }
}
const loaded = new Map(dynaliteOperations.map((operation) => [operation, load(operation)]))

const parts = (operation: DynaliteOperation) => {
  const found = loaded.get(operation)
  if (!found) throw new Error(`dynalite has no ${operation}`)
  return found
}

/** A request that dynalite has checked; its expressions are parsed. */
export type Checked = Record<string, unknown>

/** Checks a request with dynalite's own rules. @throws {DynamoDbFailure} */
export const check = (store: Store, operation: DynaliteOperation, request: object): Checked => {
  const { validation } = parts(operation)
  try {
    const checked = validations.checkTypes(request, validation.types)
    validations.checkValidations(checked, validation.types, validation.custom, store)
    return checked
  } catch (error) {
    throw toFailure(error)
  }
}

/** Runs a checked request with dynalite's own code. @throws {DynamoDbFailure} */
export const act = (store: Store, operation: DynaliteOperation, request: Checked) =>
  new Promise<Answer>((resolve, reject) => {
    parts(operation).act(store, request, (error, answer) =>
      error ? reject(toFailure(error)) : resolve(answer),
    )
  })

/** @throws {DynamoDbFailure} ResourceNotFoundException */
export const getTable = (store: Store, name: string) =>
  new Promise<Table>((resolve, reject) => {
    store.getTable(name, (error, table) => (table ? resolve(table) : reject(toFailure(error))))
  })

/** The item under this key, or undefined. */
export const readItem = (store: Store, table: string, key: string) =>
  new Promise<Item | undefined>((resolve, reject) => {
    store.getItemDb(table).get(key, (error, item) => {
      if (error && error.name !== 'NotFoundError') reject(toFailure(error))
      else resolve(item)
    })
  })

/** The key under which dynalite stores an item. @throws {DynamoDbFailure} if the key is invalid */
export const storageKey = (key: unknown, table: Table, whole: boolean): string => {
  const wrong = whole ? database.validateItem(key, table) : database.validateKey(key, table)
  if (wrong) throw toFailure(wrong)
  return database.createKey(key, table)
}

/** Opens dynalite's store: in memory, or a LevelDB folder at `path`. Table changes take no time. */
export const openStore = (path: string | undefined): Store =>
  database.create({
    ...(path === undefined ? {} : { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  })
