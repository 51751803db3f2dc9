import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { expect } from 'vitest'
import { aTable } from './a-table.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const isNew = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
}
const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const

export const dynamoDbItemCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  documented('GetItem gives back what PutItem wrote, of every kind', async () => {
    const { put, get } = await aTable(aws())
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

  documented('GetItem of an item that is not there has no item', async () => {
    const { get } = await aTable(aws())
    expect(await get('p')).toBeUndefined()
  })

  documented('A table that is not there is ResourceNotFound, 400', async () => {
    const { documents } = await aTable(aws())
    const call = documents.send(new GetCommand({ TableName: 'nothing', Key: { pk: 'p', sk: 'a' } }))
    await refused(call, 'ResourceNotFound', 400)
  })

  documented(
    'A condition that does not hold is ConditionalCheckFailed and changes nothing',
    async () => {
      const { table: TableName, documents, put, get } = await aTable(aws())
      await put({ pk: 'p', sk: 'a', version: 1 })
      const Item = { pk: 'p', sk: 'a', version: 2 }
      const call = documents.send(new PutCommand({ TableName, Item, ...isNew }))
      await refused(call, 'ConditionalCheckFailed', 400)
      expect(await get('p')).toMatchObject({ version: 1 })
    },
  )

  documented('A condition that holds lets a put replace the whole item', async () => {
    const { table: TableName, documents, put, get } = await aTable(aws())
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

  documented('ALL_OLD tells what won when a condition does not hold', async () => {
    const { table: TableName, documents, put } = await aTable(aws())
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
  })

  documented('Without ALL_OLD a lost condition tells no item', async () => {
    const { table: TableName, documents, put } = await aTable(aws())
    await put({ pk: 'p', sk: 'a' })
    const failure: unknown = await documents
      .send(new PutCommand({ TableName, Item: { pk: 'p', sk: 'a' }, ...isNew }))
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException)
    expect(failure instanceof ConditionalCheckFailedException && failure.Item).toBeUndefined()
  })

  documented('UpdateItem makes the item, and adds one up to a limit', async () => {
    const { table: TableName, documents, get } = await aTable(aws())
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
  })

  documented('DeleteItem takes an item away, and is a success when there is none', async () => {
    const { table: TableName, documents, put, get } = await aTable(aws())
    await put({ pk: 'p', sk: 'a' })
    const remove = new DeleteCommand({ TableName, Key: { pk: 'p', sk: 'a' } })
    await documents.send(remove)
    await documents.send(remove)
    expect(await get('p')).toBeUndefined()
  })

  documented('BatchGetItem gives the items that there are, in any order', async () => {
    const { table, documents, put } = await aTable(aws())
    await put({ pk: 'p', sk: 'a' }, { pk: 'q', sk: 'a' })
    const Keys = ['p', 'q', 'r'].map((pk) => ({ pk, sk: 'a' }))
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    )
    expect((Responses?.[table] ?? []).map(({ pk }) => String(pk)).toSorted()).toEqual(['p', 'q'])
    expect(UnprocessedKeys ?? {}).toEqual({})
  })

  documented(
    'BatchGetItem of more than 100 keys, or of one twice, is ValidationException',
    async () => {
      const { table, documents } = await aTable(aws())
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

  documented('A key of the wrong type, of nothing, or in part is ValidationException', async () => {
    const { table: TableName, documents } = await aTable(aws())
    const put = (Item: Record<string, unknown>) =>
      documents.send(new PutCommand({ TableName, Item }))
    await refused(put({ pk: 1, sk: 'a' }), 'ValidationException', 400)
    await refused(put({ pk: '', sk: 'a' }), 'ValidationException', 400)
    await refused(put({ pk: 'p' }), 'ValidationException', 400)
  })

  documented('A key of an index of the wrong type is ValidationException', async () => {
    const { table: TableName, documents } = await aTable(aws())
    const Item = { pk: 'p', sk: 'a', dueAt: 'soon', dueShard: 1 }
    const call = documents.send(new PutCommand({ TableName, Item }))
    await refused(call, 'ValidationException', 400)
  })
}
