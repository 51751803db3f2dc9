import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { expect } from 'vitest'
import { createTestTable } from './test-table.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const beginning = (pk: string, prefix: string) => ({
  KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
  ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
  ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
})

const dueUntil = (now: number) => ({
  IndexName: 'due',
  KeyConditionExpression: '#shard = :shard AND #at <= :now',
  ExpressionAttributeNames: { '#shard': 'dueShard', '#at': 'dueAt' },
  ExpressionAttributeValues: { ':shard': 3, ':now': now },
})

const due = (sk: string, dueAt: number) => ({ pk: 'p', sk, dueShard: 3, dueAt })

const sortKeys = (items: readonly Record<string, unknown>[] | undefined) =>
  (items ?? []).map(({ sk }) => String(sk))

export const dynamoDbQueryCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  documented(
    'Query returns a partition’s items with a prefix, in the order of the sort key',
    async () => {
      const { put, query } = await createTestTable(aws())
      for (const sk of ['fact#3', 'fact#10', 'fact#1', 'entry', 'facts']) await put({ pk: 'p', sk })
      await put({ pk: 'q', sk: 'fact#2' })
      const { Items } = await query({ ...beginning('p', 'fact#'), ConsistentRead: true })
      expect(sortKeys(Items)).toEqual(['fact#1', 'fact#10', 'fact#3'])
    },
  )

  documented('Query continues after LastEvaluatedKey until the answer has none', async () => {
    const { put, query } = await createTestTable(aws())
    const all = ['fact#1', 'fact#2', 'fact#3', 'fact#4', 'fact#5']
    for (const sk of all) await put({ pk: 'p', sk })
    const seen: string[] = []
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await query({ ...beginning('p', 'fact#'), Limit: 2, ExclusiveStartKey })
      expect(page.Items?.length).toBeLessThanOrEqual(2)
      seen.push(...sortKeys(page.Items))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    expect(seen).toEqual(all)
  })

  documented('An index contains only the items that have both of its key attributes', async () => {
    const { put, query } = await createTestTable(aws())
    await put(
      { pk: 'p', sk: 'a', dueShard: 3, dueAt: 10 },
      { pk: 'p', sk: 'b', dueShard: 3 },
      { pk: 'p', sk: 'c', dueAt: 10 },
    )
    expect(sortKeys((await query(dueUntil(100))).Items)).toEqual(['a'])
  })

  documented(
    'An index sorts by number, supports ranges, and follows changes of its items',
    async () => {
      const { put, query } = await createTestTable(aws())
      await put(due('late', 1_000), due('now', 100), due('soon', 20), due('early', 3))
      await put({ ...due('other', 1), dueShard: 4 })
      expect(sortKeys((await query(dueUntil(100))).Items)).toEqual(['early', 'soon', 'now'])
      await put(due('early', 5_000), { pk: 'p', sk: 'soon' })
      expect(sortKeys((await query(dueUntil(100))).Items)).toEqual(['now'])
    },
  )

  documented('An index is paged by its own key together with the table’s', async () => {
    const { put, query } = await createTestTable(aws())
    for (const sk of ['a', 'b', 'c']) await put({ pk: 'p', sk, dueShard: 3, dueAt: 10 })
    const first = await query({ ...dueUntil(100), Limit: 2 })
    expect(first.LastEvaluatedKey).toEqual({
      pk: 'p',
      sk: expect.any(String),
      dueShard: 3,
      dueAt: 10,
    })
    const ExclusiveStartKey = first.LastEvaluatedKey
    const rest = await query({ ...dueUntil(100), ExclusiveStartKey })
    expect([...sortKeys(first.Items), ...sortKeys(rest.Items)].toSorted()).toEqual(['a', 'b', 'c'])
  })

  documented('An index returns the projected attributes and the keys', async () => {
    const { put, query } = await createTestTable(aws())
    const key = { pk: 'p', sk: 'a', dueShard: 3, dueAt: 10 }
    await put({ ...key, accessKeyId: 'AKIA1', type: 'entry', owner: 'ann' })
    const { Items } = await query(dueUntil(100))
    expect(Items).toEqual([{ ...key, accessKeyId: 'AKIA1', type: 'entry' }])
  })

  documented('A consistent read of a global index fails with ValidationException', async () => {
    const { query } = await createTestTable(aws())
    const call = query({ ...dueUntil(100), ConsistentRead: true })
    await refused(call, 'ValidationException', 400)
  })

  documented('Scan of an index returns each of its items once, page by page', async () => {
    const { table: TableName, documents, put } = await createTestTable(aws())
    for (const account of ['1', '2', '3']) {
      for (const key of ['AKIA1', 'AKIA2']) {
        await put({ pk: account + key, sk: 'entry', accountEntries: account, accessKeyId: key })
      }
    }
    await put({ pk: 'freeze', sk: 'freeze' })
    const seen: string[] = []
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await documents.send(
        new ScanCommand({ TableName, IndexName: 'account', Limit: 4, ExclusiveStartKey }),
      )
      seen.push(...(page.Items ?? []).map(({ pk }) => String(pk)))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    expect(seen.toSorted()).toEqual(['1AKIA1', '1AKIA2', '2AKIA1', '2AKIA2', '3AKIA1', '3AKIA2'])
  })

  documented('A query of a missing index fails with ValidationException', async () => {
    const { query } = await createTestTable(aws())
    const call = query({ ...dueUntil(100), IndexName: 'nothing' })
    await refused(call, 'ValidationException', 400)
  })
}
