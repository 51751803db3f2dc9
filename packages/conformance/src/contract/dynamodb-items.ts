import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { expect } from 'vitest'
import { createTestTable } from './test-table.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const isNew = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
}
const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

export const dynamoDbItemCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  documented('GetItem returns an item as PutItem wrote it, with values of every type', async () => {
    const { put, get } = await createTestTable(aws())
    const item = {
      pk: 'p',
      sk: 'a',
      text: 'é "quoted" \u{1f511}',
      none: '',
      whole: 1_767_322_445_000,
      half: 0.5,
      yes: true,
      nothing: null,
      list: ['a', 1, { deep: [] }],
      map: { inner: { more: 'x' } },
    }
    await put(item)
    expect(await get('p')).toEqual(item)
  })

  documented('GetItem of a missing item returns no item', async () => {
    const { get } = await createTestTable(aws())
    expect(await get('p')).toBeUndefined()
  })

  documented('A call on a missing table fails with ResourceNotFound, 400', async () => {
    const { documents } = await createTestTable(aws())
    const call = documents.send(new GetCommand({ TableName: 'nothing', Key: { pk: 'p', sk: 'a' } }))
    await refused(call, 'ResourceNotFound', 400)
  })

  documented(
    'A write whose condition is false fails with ConditionalCheckFailed and changes nothing',
    async () => {
      const { table: TableName, documents, put, get } = await createTestTable(aws())
      await put({ pk: 'p', sk: 'a', version: 1 })
      const Item = { pk: 'p', sk: 'a', version: 2 }
      const call = documents.send(new PutCommand({ TableName, Item, ...isNew }))
      await refused(call, 'ConditionalCheckFailed', 400)
      expect(await get('p')).toMatchObject({ version: 1 })
    },
  )

  documented('A put whose condition is true replaces the whole item', async () => {
    const { table: TableName, documents, put, get } = await createTestTable(aws())
    await put({ pk: 'p', sk: 'a', version: 1, old: true })
    const Item = { pk: 'p', sk: 'a', version: 2 }
    await documents.send(
      new PutCommand({
        TableName,
        Item,
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': 1 },
      }),
    )
    expect(await get('p')).toEqual(Item)
  })

  documented(
    'With ALL_OLD, the error for a false condition contains the existing item',
    async () => {
      const { table: TableName, documents, put } = await createTestTable(aws())
      await put({ pk: 'p', sk: 'a', version: 1, list: ['x'] })
      const Item = { pk: 'p', sk: 'a', version: 2 }
      const failure: unknown = await documents
        .send(new PutCommand({ TableName, Item, ...isNew, ...ALL_OLD }))
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ConditionalCheckFailedException)
      expect(failure).toMatchObject({
        Item: {
          pk: { S: 'p' },
          sk: { S: 'a' },
          version: { N: '1' },
          list: { L: [{ S: 'x' }] },
        },
      })
    },
  )

  documented('Without ALL_OLD, the error for a false condition contains no item', async () => {
    const { table: TableName, documents, put } = await createTestTable(aws())
    await put({ pk: 'p', sk: 'a' })
    const failure: unknown = await documents
      .send(new PutCommand({ TableName, Item: { pk: 'p', sk: 'a' }, ...isNew }))
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException)
    expect(failure instanceof ConditionalCheckFailedException && failure.Item).toBeUndefined()
  })

  documented(
    'UpdateItem creates a missing item, and increments a counter up to a limit',
    async () => {
      const { table: TableName, documents, get } = await createTestTable(aws())
      const oneMore = new UpdateCommand({
        TableName,
        Key: { pk: 'p', sk: 'a' },
        UpdateExpression: 'SET #type = :type ADD #count :one',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :limit',
        ExpressionAttributeNames: { '#type': 'type', '#count': 'count' },
        ExpressionAttributeValues: { ':type': 'cap', ':one': 1, ':limit': 2 },
      })
      await documents.send(oneMore)
      await documents.send(oneMore)
      await refused(documents.send(oneMore), 'ConditionalCheckFailed', 400)
      expect(await get('p')).toEqual({ pk: 'p', sk: 'a', type: 'cap', count: 2 })
    },
  )

  documented('DeleteItem deletes an item, and succeeds when the item is missing', async () => {
    const { table: TableName, documents, put, get } = await createTestTable(aws())
    await put({ pk: 'p', sk: 'a' })
    const remove = new DeleteCommand({ TableName, Key: { pk: 'p', sk: 'a' } })
    await documents.send(remove)
    await documents.send(remove)
    expect(await get('p')).toBeUndefined()
  })

  documented('BatchGetItem returns the existing items in any order', async () => {
    const { table, documents, put } = await createTestTable(aws())
    await put({ pk: 'p', sk: 'a' }, { pk: 'q', sk: 'a' })
    const Keys = ['p', 'q', 'r'].map((pk) => ({ pk, sk: 'a' }))
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    )
    expect((Responses?.[table] ?? []).map(({ pk }) => String(pk)).toSorted()).toEqual(['p', 'q'])
    expect(UnprocessedKeys ?? {}).toEqual({})
  })

  documented(
    'BatchGetItem of more than 100 keys, or of one key twice, fails with ValidationException',
    async () => {
      const { table, documents } = await createTestTable(aws())
      const batch = (Keys: { pk: string; sk: string }[]) =>
        documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }))
      const many = Array.from({ length: 101 }, (_, at) => ({ pk: `p${at}`, sk: 'a' }))
      await refused(batch(many), 'ValidationException', 400)
      await refused(
        batch([
          { pk: 'p', sk: 'a' },
          { pk: 'p', sk: 'a' },
        ]),
        'ValidationException',
        400,
      )
    },
  )

  documented(
    'A key that has the wrong type, is empty, or is incomplete fails with ValidationException',
    async () => {
      const { table: TableName, documents } = await createTestTable(aws())
      const put = (Item: Record<string, unknown>) =>
        documents.send(new PutCommand({ TableName, Item }))
      await refused(put({ pk: 1, sk: 'a' }), 'ValidationException', 400)
      await refused(put({ pk: '', sk: 'a' }), 'ValidationException', 400)
      await refused(put({ pk: 'p' }), 'ValidationException', 400)
    },
  )

  documented('An index key of the wrong type fails with ValidationException', async () => {
    const { table: TableName, documents } = await createTestTable(aws())
    const Item = { pk: 'p', sk: 'a', dueAt: 'soon', dueShard: 1 }
    const call = documents.send(new PutCommand({ TableName, Item }))
    await refused(call, 'ValidationException', 400)
  })
}
