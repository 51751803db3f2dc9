import type { Store, StoredChange, Table } from 'dynalite/db/index.js'
import { z } from 'zod'
import { act, check, getTable, readItem, storageKey, type Checked } from './engine.ts'
import {
  DynamoDbFailure,
  transactionCanceled,
  validationException,
  type CancellationReason,
} from './failure.ts'
import { withLocks } from './item-locks.ts'
import { commit, stage } from './staged-store.ts'

/**
 * The most items of a transaction.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const mostItems = 100

const write = z.looseObject({
  TableName: z.string(),
  Item: z.record(z.string(), z.unknown()).optional(),
  Key: z.record(z.string(), z.unknown()).optional(),
  ConditionExpression: z.string().optional(),
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
})
const transactItem = z
  .strictObject({
    Put: write.optional(),
    Update: write.optional(),
    Delete: write.optional(),
    ConditionCheck: write.optional(),
  })
  .refine((item) => Object.values(item).filter((value) => value !== undefined).length === 1)
const request = z.looseObject({ TransactItems: z.array(z.unknown()) })

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck'
type Write = {
  kind: Kind
  table: Table
  key: string
  checked: Checked
  returnOld: boolean
}

const dynaliteName = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  // A condition check runs as a deletion whose changes are dropped: keys and conditions follow the
  // same rules.
  ConditionCheck: 'DeleteItem',
} as const
const kinds: readonly Kind[] = ['Put', 'Update', 'Delete', 'ConditionCheck']

const prepare = async (store: Store, given: unknown): Promise<Write> => {
  const parsed = transactItem.safeParse(given)
  const kind = parsed.success ? kinds.find((name) => parsed.data[name]) : undefined
  const body = kind && parsed.data?.[kind]
  if (!kind || !body) {
    throw validationException(
      'TransactItems can only contain one of ConditionCheck, Put, Update or Delete',
    )
  }
  if (kind === 'ConditionCheck' && body.ConditionExpression === undefined) {
    throw validationException('The ConditionExpression of a ConditionCheck must not be null')
  }
  const returnOld = body.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
  const checked = check(store, dynaliteName[kind], body)
  const table = await getTable(store, body.TableName)
  const key = checked[kind === 'Put' ? 'Item' : 'Key']
  return { kind, table, checked, returnOld, key: storageKey(key, table, kind === 'Put') }
}

const refuseDuplicates = (writes: Write[]) => {
  const items = new Set(writes.map((write) => `${write.table.TableName} ${write.key}`))
  if (items.size < writes.length) {
    throw validationException('Transaction request cannot include multiple operations on one item')
  }
}

type Attempt = { reason: CancellationReason; changes: StoredChange[] }

const attempt = async (store: Store, write: Write): Promise<Attempt> => {
  const existing = await readItem(store, write.table.TableName, write.key)
  const staged = stage(store, write.table, existing)
  try {
    await act(staged.store, dynaliteName[write.kind], write.checked)
  } catch (error) {
    if (!(error instanceof DynamoDbFailure)) throw error
    const conditional = error.type === 'ConditionalCheckFailedException'
    return {
      changes: [],
      reason: {
        Code: conditional ? 'ConditionalCheckFailed' : 'ValidationError',
        Message: error.message,
        ...(conditional && write.returnOld && existing ? { Item: existing } : {}),
      },
    }
  }
  const changes = write.kind === 'ConditionCheck' ? [] : staged.changes
  return { reason: { Code: 'None' }, changes }
}

/**
 * TransactWriteItems: dynalite's own code checks every condition against the current items, then all
 * changes, indexes included, are written in one batch. The items stay locked meanwhile, so no other
 * write sees half a transaction.
 *
 * If two transactions touch the same item at the same time, AWS cancels one of them with
 * `TransactionConflict`. Here the second one waits for the first, and then usually fails by its own
 * condition.
 * @throws {DynamoDbFailure} TransactionCanceledException, ValidationException
 */
export const transactWrite = async (store: Store, body: unknown): Promise<object> => {
  const parsed = request.safeParse(body)
  const given = parsed.success ? parsed.data.TransactItems : []
  if (given.length < 1 || given.length > mostItems) {
    throw validationException(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length ${given.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${mostItems}`}`,
    )
  }
  const writes = await Promise.all(given.map((item) => prepare(store, item)))
  refuseDuplicates(writes)
  const items = writes.map((write) => ({ table: write.table.TableName, key: write.key }))
  return withLocks(store, items, async () => {
    const attempts = await Promise.all(writes.map((write) => attempt(store, write)))
    const reasons = attempts.map((each) => each.reason)
    if (reasons.some((reason) => reason.Code !== 'None')) throw transactionCanceled(reasons)
    await commit(
      store,
      attempts.flatMap((each) => each.changes),
    )
    return {}
  })
}
