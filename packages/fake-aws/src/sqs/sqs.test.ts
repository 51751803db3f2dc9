import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSqs, type Sqs } from './index.ts'

const counted: string[] = []
const calls = { count: (operation: string) => void counted.push(operation) }
const definitions = [{ name: 'notify', visibilityTimeoutSeconds: 0, maxReceiveCount: 2 }]
const connect = (sqs: Sqs) =>
  new SQSClient({
    endpoint: sqs.url,
    region: sqs.region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  })

let folder: string
let sqs: Sqs
let client: SQSClient
let url: string

beforeEach(async () => {
  counted.length = 0
  folder = await mkdtemp(join(tmpdir(), 'keynag-sqs-'))
  sqs = await startSqs({ calls })
  client = connect(sqs)
  const [queue] = await sqs.createQueues(definitions)
  url = String(queue?.url)
})

afterEach(async () => {
  client.destroy()
  await sqs.close()
  await rm(folder, { recursive: true })
})

const send = (MessageBody: string, DelaySeconds?: number) =>
  client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody,
      MessageAttributes: { version: { DataType: 'String', StringValue: '1' } },
      ...(DelaySeconds === undefined ? {} : { DelaySeconds }),
    }),
  )
const receive = async (QueueUrl = url) =>
  (
    await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    )
  ).Messages
const poison = async (body: string) => {
  await send(body)
  await receive()
  await receive()
  expect(await receive()).toBeUndefined()
}

test('a queue has its dead-letter queue, and the SDK finds both', async () => {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'notify' }))
  expect(QueueUrl).toBe(url)
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  )
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:notify-dead-letter',
    maxReceiveCount: 2,
  })
  expect(counted).toEqual(['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'])
})

test('peek returns a message without receiving it', async () => {
  await send('hello')
  const { MessageId } = await send('later', 900)
  expect(sqs.peek('notify')).toMatchObject([
    { body: 'hello', receiveCount: 0, messageAttributes: { version: { StringValue: '1' } } },
    { body: 'later', messageId: MessageId },
  ])
  expect(sqs.depth('notify')).toEqual({ visible: 1, inFlight: 0, delayed: 1 })
  expect((await receive())?.[0]?.Attributes?.['ApproximateReceiveCount']).toBe('1')
})

test('dead letters can be saved to a file and restored unchanged', async () => {
  await poison('bad news')
  const [before] = sqs.deadLetters()
  expect(before).toMatchObject({ queue: 'notify-dead-letter', body: 'bad news', receiveCount: 3 })
  const path = join(folder, 'deep', 'dead-letters.json')
  expect(await sqs.saveDeadLetters(path)).toBe(1)

  const next = await startSqs({ calls })
  const [queue] = await next.createQueues(definitions)
  expect(await next.load(path)).toBe(1)
  expect(next.deadLetters()[0]).toMatchObject({
    messageId: before?.messageId,
    firstSentMs: before?.firstSentMs,
    receiveCount: 3,
    messageAttributes: { version: { DataType: 'String', StringValue: '1' } },
  })
  const nextClient = connect(next)
  // The SDK checks both digests here.
  const { Messages } = await nextClient.send(
    new ReceiveMessageCommand({
      QueueUrl: queue?.deadLetter.url,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  )
  expect(Messages?.[0]).toMatchObject({
    Body: 'bad news',
    MessageId: before?.messageId,
    Attributes: { ApproximateReceiveCount: '4', SentTimestamp: String(before?.firstSentMs) },
  })
  nextClient.destroy()
  await next.close()
})

test('an unreadable file and an unknown queue are errors with a code', async () => {
  const path = join(folder, 'notes.json')
  await writeFile(path, '{"dear": "diary"}')
  await expect(sqs.load(path)).rejects.toMatchObject({
    code: 'KEYNAG_MESSAGE_FILE_UNREADABLE',
  })
  expect(() => sqs.peek('nowhere')).toThrow(
    expect.objectContaining({ code: 'KEYNAG_UNKNOWN_QUEUE' }),
  )
  const port = Number(new URL(sqs.url).port)
  await expect(startSqs({ calls, port })).rejects.toMatchObject({ code: 'KEYNAG_PORT_IN_USE' })
})

test('with a folder, messages survive a restart of the service', async () => {
  const first = await startSqs({ calls, dataDir: folder })
  const [queue] = await first.createQueues(definitions)
  const firstClient = connect(first)
  await firstClient.send(new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: 'kept' }))
  firstClient.destroy()
  await first.close()
  expect(await readFile(join(folder, 'messages.json'), 'utf8')).toContain('kept')
  const second = await startSqs({ calls, dataDir: folder })
  await second.createQueues(definitions)
  expect(second.peek('notify').map((message) => message.body)).toEqual(['kept'])
  await second.close()
})

test('delays can be skipped', async () => {
  const hurried = await startSqs({ calls, delays: 'skipped' })
  const [queue] = await hurried.createQueues(definitions)
  const hurriedClient = connect(hurried)
  await hurriedClient.send(
    new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: 'one', DelaySeconds: 900 }),
  )
  await hurriedClient.send(
    new SendMessageBatchCommand({
      QueueUrl: queue?.url,
      Entries: [{ Id: 'a', MessageBody: 'two', DelaySeconds: 900 }],
    }),
  )
  expect(hurried.depth('notify')).toEqual({ visible: 2, inFlight: 0, delayed: 0 })
  hurriedClient.destroy()
  await hurried.close()
})
