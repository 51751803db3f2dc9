import { createHash } from 'node:crypto'
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startSqs, type CreatedQueue, type Sqs } from '../sqs/index.ts'
import {
  drain,
  EventSourceMapping,
  Schedule,
  type EventSourceMappingOptions,
  type SqsHandler,
} from './index.ts'

const counted: string[] = []
const calls = { count: (operation: string) => void counted.push(operation) }

let sqs: Sqs
let client: SQSClient
let scan: CreatedQueue
let notify: CreatedQueue

beforeEach(async () => {
  counted.length = 0
  sqs = await startSqs({ calls })
  client = new SQSClient({
    endpoint: sqs.url,
    region: sqs.region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  })
  const rules = { visibilityTimeoutSeconds: 30, maxReceiveCount: 3 }
  const created = await sqs.createQueues([
    { name: 'scan', ...rules },
    { name: 'notify', ...rules },
  ])
  if (!created[0] || !created[1]) throw new Error('two queues were to be created')
  ;[scan, notify] = [created[0], created[1]]
})

afterEach(async () => {
  client.destroy()
  await sqs.close()
})

const send = (queue: CreatedQueue, ...bodies: string[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  )
const mapping = (
  queue: CreatedQueue,
  handler: SqsHandler,
  rest: Partial<EventSourceMappingOptions> = {},
) =>
  new EventSourceMapping({
    name: queue.name,
    client,
    queue,
    handler,
    depth: () => sqs.depth(queue.name),
    ...rest,
  })
const bodies = (event: SQSEvent) => event.Records.map((record) => record.body)
const empty = { visible: 0, inFlight: 0, delayed: 0 }

describe('an event source mapping', () => {
  test('delivers messages in Lambda’s form, and deletes them', async () => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: scan.url,
        MessageBody: 'hello',
        MessageAttributes: {
          version: { DataType: 'Number', StringValue: '1' },
          raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
        },
      }),
    )
    const seen: unknown[] = []
    const scanner = mapping(scan, async (event, context) => {
      seen.push(event, context.awsRequestId, context.functionName)
      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(29_000)
    })
    await drain([scanner])
    expect(seen).toMatchObject([
      {
        Records: [
          {
            body: 'hello',
            md5OfBody: createHash('md5').update('hello').digest('hex'),
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: expect.any(String),
            },
            messageAttributes: {
              version: { dataType: 'Number', stringValue: '1' },
              raw: { dataType: 'Binary', binaryValue: 'AQI=' },
            },
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:scan',
            awsRegion: 'us-east-1',
          },
        ],
      },
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      'scan',
    ])
    expect(sqs.depth('scan')).toEqual(empty)
  })

  test('redelivers only the failed messages of a batch', async () => {
    await send(scan, 'good', 'bad', 'fine')
    const batches: string[][] = []
    const scanner = mapping(scan, async (event) => {
      batches.push(bodies(event))
      const failed = event.Records.filter(
        (record) => record.body === 'bad' && record.attributes.ApproximateReceiveCount === '1',
      )
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) }
    })
    await drain([scanner])
    expect(batches).toEqual([['good', 'bad', 'fine'], ['bad']])
    expect(scanner.stats).toMatchObject({ received: 4, deleted: 3, returned: 1, threw: 0 })
    expect(sqs.depth('scan')).toEqual(empty)
  })

  test('moves a message that always fails to the dead-letter queue', async () => {
    await send(scan, 'poison', 'good')
    const seen: string[] = []
    const errors: unknown[] = []
    const scanner = mapping(
      scan,
      async (event) => {
        seen.push(...bodies(event))
        if (bodies(event).includes('poison')) throw new Error('cannot read this')
      },
      { batchSize: 1, onError: (error) => errors.push(error) },
    )
    await drain([scanner])
    expect(seen.sort()).toEqual(['good', 'poison', 'poison', 'poison'])
    expect(sqs.deadLetters().map((letter) => letter.body)).toEqual(['poison'])
    expect(errors).toHaveLength(3)
    expect(sqs.depth('scan')).toEqual(empty)
  })

  test.each([
    ['an id that was not sent', { batchItemFailures: [{ itemIdentifier: 'other' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['another form', { batchItemFailures: ['x'] }],
  ])('takes %s for a failure of the whole batch', async (_name, answer) => {
    await send(scan, 'one', 'two')
    const scanner = mapping(scan, async () => answer)
    await drain([scanner])
    expect(sqs.deadLetters()).toHaveLength(2)
  })

  test('fails a batch whose handler runs out of time', async () => {
    await send(scan, 'slow')
    let slow = true
    const scanner = mapping(
      scan,
      async () => {
        if (slow) await new Promise((resolve) => setTimeout(resolve, 100))
        slow = false
      },
      { timeoutSeconds: 0.02 },
    )
    await drain([scanner])
    expect(scanner.stats.threw).toBeGreaterThanOrEqual(1)
  })

  test('respects its batch size and its maximum concurrency', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await send(scan, ...Array.from({ length: 10 }, (_, index) => `${turn}-${index}`))
    }
    let running = 0
    let most = 0
    const { promise: twoAreRunning, resolve: secondHasCome } = Promise.withResolvers<void>()
    const sizes: number[] = []
    const scanner = mapping(
      scan,
      async (event) => {
        running += 1
        most = Math.max(most, running)
        sizes.push(event.Records.length)
        if (running === 2) secondHasCome()
        await twoAreRunning
        running -= 1
      },
      { batchSize: 15, maximumConcurrency: 3 },
    )
    await drain([scanner])
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(3)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(15)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50)
  })
})

describe('drain', () => {
  test('empties the queue with the lower priority number first, even when it fills up again', async () => {
    await send(scan, '1', '2', '3')
    await send(notify, 'early')
    const order: string[] = []
    const scanner = mapping(
      scan,
      async (event) => {
        order.push(...bodies(event).map((body) => `scan ${body}`))
        await send(notify, ...bodies(event))
      },
      { batchSize: 1, maximumConcurrency: 1, priority: 1 },
    )
    const notifier = mapping(
      notify,
      async (event) => {
        order.push(...bodies(event).map((body) => `notify ${body}`))
        if (bodies(event).includes('early')) await send(scan, 'late')
      },
      { batchSize: 1, maximumConcurrency: 1, priority: 2 },
    )
    await drain([notifier, scanner])
    expect(order).toEqual([
      'scan 1',
      'scan 2',
      'scan 3',
      'notify early',
      'scan late',
      'notify 1',
      'notify 2',
      'notify 3',
      'notify late',
    ])
  })

  test('makes no call when the queues are empty', async () => {
    const scanner = mapping(scan, async () => undefined)
    expect(await drain([scanner])).toEqual({ rounds: 0, received: 0, delayed: 0 })
    expect(counted).toEqual([])
  })

  test('waits for a retry delay, and leaves delayed messages', async () => {
    await send(scan, 'again')
    await client.send(
      new SendMessageCommand({ QueueUrl: scan.url, MessageBody: 'later', DelaySeconds: 900 }),
    )
    let tries = 0
    const scanner = mapping(
      scan,
      async () => {
        tries += 1
        if (tries === 1) throw new Error('not yet')
      },
      { retryDelaySeconds: 1 },
    )
    expect(await drain([scanner])).toMatchObject({ received: 2, delayed: 1 })
    expect(sqs.depth('scan')).toEqual({ visible: 0, inFlight: 0, delayed: 1 })
  })

  test('ends with an error when a handler feeds its own queue', async () => {
    await send(scan, 'chain')
    const scanner = mapping(scan, () => send(scan, 'chain').then(() => undefined))
    await expect(drain([scanner], { maximumRounds: 20 })).rejects.toMatchObject({
      code: 'KEYNAG_DRAIN_ENDLESS',
      message: expect.stringContaining('scan 1 visible'),
    })
  })

  test('reads the depth with GetQueueAttributes when no other way is given', async () => {
    await send(scan, 'one')
    const scanner = new EventSourceMapping({
      name: 'scan',
      client,
      queue: scan,
      handler: async () => undefined,
    })
    expect(await drain([scanner])).toMatchObject({ received: 1 })
    expect(counted).toContain('sqs:GetQueueAttributes')
  })
})

describe('a schedule', () => {
  const day = 24 * 3600 * 1000
  const start = Date.parse('2026-11-21T06:00:00Z')

  test('runs once for every occurrence up to now', async () => {
    let now = start
    const times: string[] = []
    const planner = new Schedule({
      name: 'planner',
      clock: { now: () => now },
      everyMs: day,
      firstAt: start + day,
      handler: async (event) => void times.push(event.time),
    })
    expect(await planner.runDue()).toBe(0)
    now = planner.nextAt + day
    expect(await planner.runDue()).toBe(2)
    await planner.runAgain()
    expect(times).toEqual(['2026-11-22T06:00:00Z', '2026-11-23T06:00:00Z', '2026-11-23T06:00:00Z'])
  })

  test('repeats a failed invocation as often as configured', async () => {
    let tries = 0
    const options = {
      name: 'planner',
      clock: { now: () => start },
      everyMs: day,
      firstAt: start,
      handler: async () => {
        tries += 1
        if (tries < 3) throw new Error('not yet')
      },
    }
    await expect(new Schedule(options).runDue()).rejects.toThrow('not yet')
    expect(tries).toBe(1)
    await new Schedule({ ...options, retries: 1 }).runDue()
    expect(tries).toBe(3)
  })
})
