import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { createTableInput, DynamoLedger, resourceNames } from '@keynag/aws'
import {
  epochMs,
  makeEvent,
  maxWrites,
  parseEvent,
  queueNames,
  type Clock,
  type KeynagEvent,
  type QueueName,
} from '@keynag/core'
import { anAccount, anAccountId, anAccountScan } from '@keynag/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { startDynamoDb, type DynamoDb } from '@keynag/fake-aws/dynamodb'
import { startSqs, type Sqs } from '@keynag/fake-aws/sqs'

export const stage = 'test'
export const names = resourceNames(stage)
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
const region = 'us-east-1'
const calls = { count: (): void => undefined }
const date = '2026-03-02'
export const startMs = Date.UTC(2026, 2, 2, 9)
const mostAccounts = 1_000

/**
 * A stage for the tests of one file: the ledger's table with the planned scans of a day, and for
 * each test empty queues and an environment that names both.
 */
export function deadLetterStage() {
  let dynamoDb: DynamoDb
  let sqs: Sqs
  let client: SQSClient
  let ledger: DynamoLedger
  let environment: Record<string, string>
  let events = 0

  beforeAll(async () => {
    dynamoDb = await startDynamoDb({ calls })
    const dynamoClient = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials })
    await dynamoClient.send(new CreateTableCommand(createTableInput(names.ledgerTable)))
    dynamoClient.destroy()
    const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
    const clock: Clock = { now: () => epochMs(startMs), sleep: () => Promise.resolve() }
    ledger = new DynamoLedger(settings, names.ledgerTable, { clock, random: () => 0.5 })
    const accounts = Array.from({ length: mostAccounts }, (_, n) => anAccountId(n + 1))
    for (let start = 0; start < accounts.length; start += maxWrites) {
      const writes = accounts.slice(start, start + maxWrites).map((accountId) => ({
        kind: 'account-scan' as const,
        before: undefined,
        after: anAccountScan({ date, account: anAccount({ accountId }) }),
      }))
      await ledger.commit(writes)
    }
  })

  afterAll(() => dynamoDb.close())

  beforeEach(async () => {
    sqs = await startSqs({ calls, region })
    client = new SQSClient({ endpoint: sqs.url, region, credentials })
    for (const queue of queueNames) {
      for (const QueueName of [names.queue(queue), names.deadLetters(queue)]) {
        await client.send(new CreateQueueCommand({ QueueName }))
      }
    }
    environment = {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  })

  afterEach(async () => {
    vi.unstubAllEnvs()
    client.destroy()
    await sqs.close()
  })

  /** An event that requests a planned scan. Each call returns a new event. */
  function scanOf(n: number): KeynagEvent {
    const accountId = anAccountId((n % mostAccounts) + 1)
    events += 1
    const id = `e-${events}`
    const origin = { source: 'keynag/test', now: epochMs(startMs), newId: () => id }
    return makeEvent('scan.requested', accountId, { date, accountId }, origin)
  }

  /** Puts messages into a dead-letter queue with the attributes that keynag adds when it parks them. */
  async function park(queue: QueueName, bodies: readonly string[], code?: string): Promise<void> {
    const attributes =
      code === undefined
        ? {}
        : { code: text(code), reason: text('a reason'), receiveCount: text('1') }
    const QueueUrl = `${sqs.url}/000000000000/${names.deadLetters(queue)}`
    for (let start = 0; start < bodies.length; start += 10) {
      const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({
        Id: String(index),
        MessageBody,
        MessageAttributes: attributes,
      }))
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    }
  }

  const parkEvents = (these: readonly KeynagEvent[], code?: string): Promise<void> =>
    park(
      'scan',
      these.map((event) => JSON.stringify(event)),
      code,
    )
  const scans = (count: number): readonly KeynagEvent[] =>
    Array.from({ length: count }, (_, n) => scanOf(n))

  const idsIn = (queue: string): readonly string[] =>
    sqs.peek(queue).map(({ body }) => parseEvent(JSON.parse(body)).id)
  const dead = (): readonly string[] => idsIn(names.deadLetters('scan'))
  const sent = (): readonly string[] => idsIn(names.queue('scan'))
  const hidden = (): number =>
    queueNames.reduce((sum, queue) => sum + sqs.depth(names.deadLetters(queue)).inFlight, 0)

  return {
    park,
    parkEvents,
    scanOf,
    scans,
    dead,
    sent,
    hidden,
    /** The running SQS of this test. */
    sqs: (): Sqs => sqs,
    ledger: (): DynamoLedger => ledger,
    environment: (): Readonly<Record<string, string>> => environment,
  }
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue })

export const ids = (these: readonly KeynagEvent[]): readonly string[] => these.map(({ id }) => id)
export const sorted = (values: readonly string[]): readonly string[] => values.toSorted()
