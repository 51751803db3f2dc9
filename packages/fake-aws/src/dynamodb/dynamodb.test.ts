import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Loopback } from '../loopback/index.ts'
import { startDynamoDb } from './index.ts'

const counted: string[] = []
const calls = { count: (operation: string) => void counted.push(operation) }

const connect = (server: Loopback) =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    }),
  )

const createLedger = (client: DynamoDBDocumentClient, TableName = 'ledger') =>
  client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'key', KeyType: 'HASH' },
        { AttributeName: 'sort', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'key', AttributeType: 'S' },
        { AttributeName: 'sort', AttributeType: 'S' },
        { AttributeName: 'state', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-state',
          KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  )

let server: Loopback
let client: DynamoDBDocumentClient

beforeEach(async () => {
  counted.length = 0
  server = await startDynamoDb({ calls })
  client = connect(server)
  await createLedger(client)
})

afterEach(async () => {
  client.destroy()
  await server.close()
})

const put = (key: string, rest: object) =>
  client.send(new PutCommand({ TableName: 'ledger', Item: { key, sort: 'entry', ...rest } }))
const get = async (key: string, sort = 'entry') =>
  (await client.send(new GetCommand({ TableName: 'ledger', Key: { key, sort } }))).Item
const inState = async (state: string) =>
  (
    await client.send(
      new QueryCommand({
        TableName: 'ledger',
        IndexName: 'by-state',
        KeyConditionExpression: '#state = :state',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': state },
      }),
    )
  ).Items
const transact = (
  TransactItems: TransactWriteCommandInput['TransactItems'],
  ClientRequestToken?: string,
) =>
  client.send(
    new TransactWriteCommand({ TransactItems, ...(ClientRequestToken && { ClientRequestToken }) }),
  )

/** The ledger's usual write: it raises the entry's version and adds a fact. */
const advance = (key: string, from: number, fact: string) => [
  {
    Update: {
      TableName: 'ledger',
      Key: { key, sort: 'entry' },
      UpdateExpression: 'SET #state = :state ADD version :one',
      ConditionExpression: 'version = :from',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': 'escalated', ':one': 1, ':from': from },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    },
  },
  {
    Put: {
      TableName: 'ledger',
      Item: { key, sort: `fact ${fact}` },
      ConditionExpression: 'attribute_not_exists(sort)',
    },
  },
]

const putOf = (index: number) => ({
  Put: { TableName: 'ledger', Item: { key: `AKIA${index}`, sort: 'entry' } },
})

const increment = (attribute: string) => ({
  TableName: 'ledger',
  Key: { key: 'AKIA1', sort: 'entry' },
  UpdateExpression: `ADD ${attribute} :one`,
  ExpressionAttributeValues: { ':one': 1 },
})

const inTable = (TableName: string) => ({
  Put: { TableName, Item: { key: 'AKIA1', sort: 'entry' } },
})

const getOf = (name: string) => ({
  Get: { TableName: 'ledger', Key: { key: name, sort: 'entry' } },
})

const updateFromOne = (returnOld: 'ALL_OLD' | 'NONE') =>
  client
    .send(
      new UpdateCommand({
        TableName: 'ledger',
        Key: { key: 'AKIA1', sort: 'entry' },
        UpdateExpression: 'SET version = :two',
        ConditionExpression: 'version = :one',
        ExpressionAttributeValues: { ':one': 1, ':two': 2 },
        ReturnValuesOnConditionCheckFailure: returnOld,
      }),
    )
    .catch((error: unknown) => error)

describe('a transaction', () => {
  test('writes every item and its index entries', async () => {
    await put('AKIA1', { state: 'nagging', version: 1 })
    await transact(advance('AKIA1', 1, 'escalated'))
    expect(await get('AKIA1')).toMatchObject({ state: 'escalated', version: 2 })
    expect(await get('AKIA1', 'fact escalated')).toBeDefined()
    expect(await inState('nagging')).toEqual([])
    expect(await inState('escalated')).toHaveLength(1)
    expect(counted).toContain('dynamodb:TransactWriteItems')
  })

  test('with a failed condition writes nothing, and returns the item that made it fail', async () => {
    await put('AKIA1', { state: 'nagging', version: 7 })
    const lost = await transact(advance('AKIA1', 1, 'late')).catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(TransactionCanceledException)
    expect(lost).toMatchObject({
      message: expect.stringContaining('[ConditionalCheckFailed, None]'),
      CancellationReasons: [
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          // The document client does not convert the items inside errors.
          Item: { key: { S: 'AKIA1' }, sort: { S: 'entry' }, version: { N: '7' } },
        },
        { Code: 'None' },
      ],
    })
    expect(await get('AKIA1')).toMatchObject({ version: 7 })
    expect(await get('AKIA1', 'fact late')).toBeUndefined()
  })

  test('deletes items, and checks items that it does not write', async () => {
    await put('AKIA1', { state: 'nagging', version: 1 })
    await put('freeze', { frozen: true })
    const unlessFrozen = {
      ConditionCheck: {
        TableName: 'ledger',
        Key: { key: 'freeze', sort: 'entry' },
        ConditionExpression: 'attribute_not_exists(frozen) OR frozen = :no',
        ExpressionAttributeValues: { ':no': false },
      },
    }
    const removal = { Delete: { TableName: 'ledger', Key: { key: 'AKIA1', sort: 'entry' } } }
    await expect(transact([removal, unlessFrozen])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    })
    expect(await get('AKIA1')).toBeDefined()
    await put('freeze', { frozen: false })
    await transact([removal, unlessFrozen])
    expect(await get('AKIA1')).toBeUndefined()
    expect(await get('freeze')).toMatchObject({ frozen: false })
    expect(await inState('nagging')).toEqual([])
  })

  test('writes to several tables', async () => {
    await createLedger(client, 'archive')
    await put('AKIA1', { version: 1 })
    await transact([
      { Delete: { TableName: 'ledger', Key: { key: 'AKIA1', sort: 'entry' } } },
      { Put: { TableName: 'archive', Item: { key: 'AKIA1', sort: 'entry' } } },
    ])
    const archived = await client.send(
      new GetCommand({ TableName: 'archive', Key: { key: 'AKIA1', sort: 'entry' } }),
    )
    expect(archived.Item).toBeDefined()
    expect(await get('AKIA1')).toBeUndefined()
  })

  test('reports an update that cannot be applied in the reason for its item', async () => {
    await put('AKIA1', { note: 'words' })
    await expect(
      transact([
        {
          Update: {
            TableName: 'ledger',
            Key: { key: 'AKIA1', sort: 'entry' },
            UpdateExpression: 'ADD note :one',
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
      ]),
    ).rejects.toMatchObject({ CancellationReasons: [{ Code: 'ValidationError' }] })
  })

  test('refuses the same item twice, more than 100 items, and invalid expressions', async () => {
    const hundred = Array.from({ length: 100 }, (_, index) => putOf(index))
    await expect(transact([putOf(1), putOf(1)])).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('multiple operations on one item'),
    })
    await expect(transact([...hundred, putOf(100)])).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(
      transact([{ Put: { ...putOf(1).Put, ConditionExpression: 'AND AND' } }]),
    ).rejects.toMatchObject({ name: 'ValidationException' })
    expect(await get('AKIA1')).toBeUndefined()
    await transact(hundred)
    expect(await get('AKIA99')).toBeDefined()
  })

  test('on a missing table fails with ResourceNotFoundException', async () => {
    const nowhere = { Put: { TableName: 'nowhere', Item: { key: 'AKIA1', sort: 'entry' } } }
    await expect(transact([nowhere])).rejects.toBeInstanceOf(ResourceNotFoundException)
  })

  test('changes nothing when sent again with its token; another one with that token fails', async () => {
    await put('AKIA1', { version: 1 })
    await transact(advance('AKIA1', 1, 'first'), 'token-1')
    await transact(advance('AKIA1', 1, 'first'), 'token-1')
    expect(await get('AKIA1')).toMatchObject({ version: 2 })
    await expect(transact(advance('AKIA1', 2, 'second'), 'token-1')).rejects.toBeInstanceOf(
      IdempotentParameterMismatchException,
    )
    expect(await get('AKIA1')).toMatchObject({ version: 2 })
  })

  test('succeeds exactly once when many compete for one item', async () => {
    await put('AKIA1', { version: 1 })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, rival) => transact(advance('AKIA1', 1, `rival ${rival}`))),
    )
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(lost).toHaveLength(39)
    for (const outcome of lost) expect(outcome.reason).toBeInstanceOf(TransactionCanceledException)
    expect(await get('AKIA1')).toMatchObject({ version: 2 })
    const facts = await client.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: '#key = :key AND begins_with(sort, :fact)',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':key': 'AKIA1', ':fact': 'fact' },
      }),
    )
    expect(facts.Count).toBe(1)
  })

  test('and a concurrent single write on one item do not overwrite each other', async () => {
    await put('AKIA1', { version: 0, counted: 0 })
    await Promise.all(
      Array.from({ length: 30 }, () => [
        client.send(new UpdateCommand(increment('counted'))),
        transact([{ Update: increment('version') }]),
      ]).flat(),
    )
    expect(await get('AKIA1')).toMatchObject({ version: 30, counted: 30 })
  })

  test('does not deadlock with another one that names the tables in the opposite order', async () => {
    await createLedger(client, 'archive')
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        transact(
          turn % 2
            ? [inTable('ledger'), inTable('archive')]
            : [inTable('archive'), inTable('ledger')],
        ),
      ),
    )
    expect(await get('AKIA1')).toBeDefined()
  })
})

test('TransactGetItems answers in the order of the request, with gaps for missing items', async () => {
  await put('AKIA1', { version: 1 })
  const { Responses } = await client.send(
    new TransactGetCommand({ TransactItems: [getOf('missing'), getOf('AKIA1')] }),
  )
  expect(Responses?.map((each) => each.Item?.['version'])).toEqual([undefined, 1])
})

test('a failed condition on a single write returns the item when asked', async () => {
  await put('AKIA1', { version: 3 })
  const lost = await updateFromOne('ALL_OLD')
  expect(lost).toBeInstanceOf(ConditionalCheckFailedException)
  expect(lost).toMatchObject({ Item: { key: { S: 'AKIA1' }, version: { N: '3' } } })
  expect(await updateFromOne('NONE')).toMatchObject({ Item: undefined })
})

test('time to live can be set, and deletes nothing', async () => {
  await put('AKIA1', { expires: 1 })
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: 'ledger',
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    }),
  )
  const { TimeToLiveDescription } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: 'ledger' }),
  )
  expect(TimeToLiveDescription).toEqual({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' })
  expect(await get('AKIA1')).toBeDefined()
})

test('a table can be used as soon as it is created', async () => {
  const { TableDescription } = await createLedger(client, 'archive')
  expect(TableDescription?.TableStatus).toBe('ACTIVE')
})

test('a port in use is an error with a code', async () => {
  const port = Number(new URL(server.url).port)
  await expect(startDynamoDb({ calls, port })).rejects.toMatchObject({ code: 'KEYNAG_PORT_IN_USE' })
})

test('with a path, tables survive a restart, and only one server at a time can open them', async () => {
  const path = await mkdtemp(join(tmpdir(), 'keynag-dynamodb-'))
  const before = await startDynamoDb({ calls, path })
  const first = connect(before)
  await createLedger(first)
  await first.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: 'ledger', Item: { key: 'AKIA1', sort: 'entry', n: 1 } } },
      ],
    }),
  )
  first.destroy()
  await expect(startDynamoDb({ calls, path })).rejects.toMatchObject({
    code: 'KEYNAG_TABLES_UNREADABLE',
  })
  await before.close()
  const after = await startDynamoDb({ calls, path })
  const second = connect(after)
  const { Item } = await second.send(
    new GetCommand({ TableName: 'ledger', Key: { key: 'AKIA1', sort: 'entry' } }),
  )
  second.destroy()
  await after.close()
  await rm(path, { recursive: true })
  expect(Item).toMatchObject({ n: 1 })
})
