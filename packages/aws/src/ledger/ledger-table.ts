import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** The key attributes of the table and its indexes. */
export const ledgerFields = {
  pk: 'string',
  sk: 'string',
  accountEntries: 'string',
  ownerEntries: 'string',
  audienceEntries: 'string',
  stateEntries: 'string',
  stateDueAt: 'number',
  accessKeyId: 'string',
  dueShard: 'number',
  dueAt: 'number',
} as const

export const ledgerKey = { hashKey: 'pk', rangeKey: 'sk' } as const

/**
 * Sparse indexes: an item is in an index only while it has the index's attributes. `audience` and
 * `account` return whole entries; `owner` and `state` are for people in the console.
 */
export const ledgerIndexes = {
  account: { hashKey: 'accountEntries', rangeKey: 'accessKeyId', projection: 'all' },
  audience: { hashKey: 'audienceEntries', rangeKey: 'accessKeyId', projection: 'all' },
  owner: {
    hashKey: 'ownerEntries',
    rangeKey: 'accessKeyId',
    projection: ['accountId', 'userName', 'state', 'policy', 'dueAtTime'],
  },
  state: {
    hashKey: 'stateEntries',
    rangeKey: 'stateDueAt',
    projection: ['accessKeyId', 'accountId', 'userName', 'policy', 'dueAtTime'],
  },
  due: {
    hashKey: 'dueShard',
    rangeKey: 'dueAt',
    projection: ['type', 'accessKeyId', 'noticeId'],
  },
} as const
export type LedgerIndex = keyof typeof ledgerIndexes

/** CreateTable for sandboxes and `keynag setup`. In deployed stages SST makes the same table. */
export const createTableInput = (tableName: string): CreateTableCommandInput => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: Object.entries(ledgerFields).map(([AttributeName, type]) => ({
    AttributeName,
    AttributeType: type === 'string' ? 'S' : 'N',
  })),
  KeySchema: keySchema(ledgerKey),
  GlobalSecondaryIndexes: Object.entries(ledgerIndexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index),
    Projection:
      index.projection === 'all'
        ? { ProjectionType: 'ALL' }
        : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projection] },
  })),
})

const keySchema = (key: { hashKey: string; rangeKey: string }) => [
  { AttributeName: key.hashKey, KeyType: 'HASH' as const },
  { AttributeName: key.rangeKey, KeyType: 'RANGE' as const },
]
