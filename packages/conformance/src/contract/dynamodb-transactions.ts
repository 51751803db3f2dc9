import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { expect } from 'vitest'
import { createTestTable, type Item } from './test-table.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>

export const dynamoDbTransactionCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const ledger = async () => {
    const table = await createTestTable(aws())
    const TableName = table.table
    const names = { ExpressionAttributeNames: { '#pk': 'pk' } }
    return {
      ...table,
      newItem: (pk: string, more: object = {}) => ({
        Put: {
          TableName,
          Item: { pk, sk: 'a', ...more } satisfies Item,
          ConditionExpression: 'attribute_not_exists(#pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
          ...names,
        },
      }),
      oneMore: (pk: string, limit = 100) => ({
        Update: {
          TableName,
          Key: { pk, sk: 'a' },
          UpdateExpression: 'ADD #count :one',
          ConditionExpression: 'attribute_not_exists(#count) OR #count < :limit',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':one': 1, ':limit': limit },
        },
      }),
      write: (items: TransactItems, ClientRequestToken?: string) =>
        table.documents.send(
          new TransactWriteCommand({ TransactItems: items, ClientRequestToken }),
        ),
    }
  }

  documented('TransactWriteItems writes all items when all conditions are true', async () => {
    const { write, newItem, oneMore, get } = await ledger()
    await write([newItem('p', { version: 1 }), newItem('q'), oneMore('cap')])
    expect(await get('p')).toMatchObject({ version: 1 })
    expect(await get('q')).toBeDefined()
    expect(await get('cap')).toMatchObject({ count: 1 })
  })

  documented('TransactWriteItems writes nothing when one condition is false', async () => {
    const { write, newItem, oneMore, put, get } = await ledger()
    await put({ pk: 'q', sk: 'a', version: 7 })
    const call = write([newItem('p'), newItem('q'), oneMore('cap')])
    await refused(call, 'TransactionCanceled', 400)
    expect(await get('p')).toBeUndefined()
    expect(await get('cap')).toBeUndefined()
    expect(await get('q')).toMatchObject({ version: 7 })
  })

  documented('The reasons of a cancelled transaction are in the order of its items', async () => {
    const { write, newItem, oneMore, put } = await ledger()
    await put({ pk: 'q', sk: 'a', version: 7 }, { pk: 'full', sk: 'a', count: 1 })
    const failure: unknown = await write([
      newItem('p'),
      newItem('q'),
      newItem('r'),
      oneMore('full', 1),
    ]).catch((error: unknown) => error)
    if (!(failure instanceof TransactionCanceledException)) throw new Error(String(failure))
    expect(failure.CancellationReasons?.map(({ Code }) => Code)).toEqual([
      'None',
      'ConditionalCheckFailed',
      'None',
      'ConditionalCheckFailed',
    ])
  })

  documented(
    'A cancellation reason contains the existing item only if that item’s write asked for ALL_OLD',
    async () => {
      const { write, newItem, oneMore, put } = await ledger()
      await put({ pk: 'q', sk: 'a', version: 7 }, { pk: 'full', sk: 'a', count: 1 })
      const failure: unknown = await write([newItem('p'), newItem('q'), oneMore('full', 1)]).catch(
        (error: unknown) => error,
      )
      if (!(failure instanceof TransactionCanceledException)) throw new Error(String(failure))
      const items = failure.CancellationReasons?.map((reason) => reason.Item)
      expect(items?.[0]).toBeUndefined()
      expect(items?.[1]).toEqual({ pk: { S: 'q' }, sk: { S: 'a' }, version: { N: '7' } })
      expect(items?.[2]).toBeUndefined()
    },
  )

  documented('The message of a cancelled transaction lists the codes of the reasons', async () => {
    const { write, newItem, put } = await ledger()
    await put({ pk: 'q', sk: 'a' })
    await expect(write([newItem('p'), newItem('q')])).rejects.toThrow(
      /\[None, ConditionalCheckFailed\]/,
    )
  })

  documented('A transaction that names an item twice fails with ValidationException', async () => {
    const { write, newItem, oneMore, get } = await ledger()
    await refused(write([newItem('p'), oneMore('p')]), 'ValidationException', 400)
    expect(await get('p')).toBeUndefined()
  })

  documented('A transaction of more than 100 items fails with ValidationException', async () => {
    const { write, newItem, get } = await ledger()
    const items = (count: number) => Array.from({ length: count }, (_, at) => newItem(`p${at}`))
    await refused(write(items(101)), 'ValidationException', 400)
    expect(await get('p0')).toBeUndefined()
    await write(items(100))
    expect(await get('p99')).toBeDefined()
  })

  documented('The same transaction with the same client token takes effect once', async () => {
    const { write, oneMore, get } = await ledger()
    const token = 'a-token-of-this-test'
    await write([oneMore('cap')], token)
    await write([oneMore('cap')], token)
    expect(await get('cap')).toMatchObject({ count: 1 })
  })

  documented('Another transaction with the same client token is refused', async () => {
    const { write, oneMore, get } = await ledger()
    const token = 'another-token-of-this-test'
    await write([oneMore('cap')], token)
    await refused(write([oneMore('other')], token), 'IdempotentParameterMismatch', 400)
    expect(await get('other')).toBeUndefined()
  })
}
