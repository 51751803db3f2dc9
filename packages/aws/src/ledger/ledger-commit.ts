import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb'
import {
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { maxWrites, transient, type Clock, type Committed, type Write } from '@keynag/core'
import { plainItem } from './attribute-value.ts'
import { backOffMs, type Random } from '../back-off.ts'
import { classify } from '../classify.ts'
import { readItem } from './ledger-item.ts'
import { itemWrites, type ItemWrite } from './ledger-writes.ts'

/** The ports of a commit. */
export interface Committing {
  readonly documents: DynamoDBDocumentClient
  readonly table: string
  readonly clock: Clock
  readonly random: Random
}

/** DynamoDB's codes for another write to the same items at this moment. It takes milliseconds. */
const mostTries = 5
const pauses = { firstMs: 50, mostMs: 800 }

const conflicts = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
])

/**
 * Commits all writes or none. After a lost race it returns the winner without a second read
 * (ReturnValuesOnConditionCheckFailure, DynamoDB API Reference).
 *
 * @throws KeynagError transient when others keep writing the same items.
 */
export async function commitWrites(
  committing: Committing,
  writes: readonly Write[],
): Promise<Committed> {
  if (writes.length === 0) return { kind: 'committed' }
  const writeId = randomUUID()
  const items = writes.flatMap((write) => itemWrites(write, writeId))
  if (items.length > maxWrites) {
    throw new Error(`a commit has ${items.length} documents, and the limit is ${maxWrites}`)
  }
  const [only, ...others] = items
  const isAlone = others.length === 0 && only !== undefined && only.kind !== 'delete'
  if (isAlone) return writeOne(committing, only, writeId)
  for (let tries = 0; tries < mostTries; tries += 1) {
    const outcome = await writeAll(committing, items)
    if (outcome !== undefined) return outcome
    await committing.clock.sleep(backOffMs(tries, { ...pauses, random: committing.random }))
  }
  throw transient(
    'KEYNAG_THROTTLED',
    `others wrote the same items of the ledger ${mostTries} times in a row`,
  )
}

const oldOnFailure = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

async function writeOne(
  { documents, table }: Committing,
  write: Exclude<ItemWrite, { kind: 'delete' }>,
  writeId: string,
): Promise<Committed> {
  const target = { TableName: table, ...oldOnFailure }
  try {
    await (write.kind === 'put'
      ? documents.send(new PutCommand({ ...target, ...write.put }))
      : documents.send(new UpdateCommand({ ...target, ...write.count })))
    return { kind: 'committed' }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw classify(error, {
        operation: write.kind === 'put' ? 'dynamodb:PutItem' : 'dynamodb:UpdateItem',
      })
    }
    // The SDK repeats a put whose answer was lost, and the repeat loses to the first one.
    if (error.Item?.['writeId']?.S === writeId) return { kind: 'committed' }
    return lost(write, undefined)
  }
}

/** `undefined` means: try again. */
async function writeAll(
  { documents, table }: Committing,
  items: readonly ItemWrite[],
): Promise<Committed | undefined> {
  const target = { TableName: table, ...oldOnFailure }
  const TransactItems = items.map((item) => {
    if (item.kind === 'put') return { Put: { ...target, ...item.put } }
    if (item.kind === 'delete') return { Delete: { ...target, ...item.remove } }
    return { Update: { ...target, ...item.count } }
  })
  try {
    await documents.send(new TransactWriteCommand({ TransactItems }))
    return { kind: 'committed' }
  } catch (error) {
    const operation = 'dynamodb:TransactWriteItems'
    if (!(error instanceof TransactionCanceledException)) throw classify(error, { operation })
    const reasons = error.CancellationReasons ?? []
    const failed = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed')
    const item = items[failed]
    if (item !== undefined) return lost(item, reasons[failed]?.Item)
    if (reasons.some((reason) => conflicts.has(reason.Code ?? ''))) return undefined
    throw classify(error, { operation })
  }
}

function lost(item: ItemWrite, old: Record<string, AttributeValue> | undefined): Committed {
  if (item.kind === 'count') {
    const { of } = item
    if (of.kind === 'cap') return { kind: 'cap-reached', cap: of.cap }
    throw new Error(`the ledger has no counter of ${of.cap.date} for ${of.cap.scope}`)
  }
  if (item.kind === 'delete') return { kind: 'lost', write: item.of, current: undefined }
  const { Item } = item.put
  if (Item.type === 'fact') {
    throw new Error(`the ledger holds ${Item.pk} ${Item.sk} without the entry that it led to`)
  }
  const current =
    Item.type === 'entry' && old !== undefined ? readItem.entry(plainItem(old)) : undefined
  return { kind: 'lost', write: item.of, current }
}
