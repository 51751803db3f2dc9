import { createHash } from 'node:crypto'
import { makeEvent, type Receipt } from '@keynag/core'
import { anAccountId, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SqsDeadLetterQueues } from './sqs-dead-letter-queues.ts'
import { json, scriptedAws, type Answer } from '../testing/scripted-aws.ts'

async function connected(...script: readonly Answer[]) {
  const { settings, requests, url } = await scriptedAws(...script)
  const urls = (suffix: string) => ({
    scan: `${url}/0/scan${suffix}`,
    notify: `${url}/0/notify${suffix}`,
    escalate: `${url}/0/escalate${suffix}`,
    rotate: `${url}/0/rotate${suffix}`,
  })
  const queues = new SqsDeadLetterQueues(settings, {
    queueUrls: urls(''),
    deadLetterUrls: urls('-dead-letters'),
  })
  const sent = (): readonly Request[] =>
    requests.map((body) => {
      const { QueueUrl, ...rest } = Request.parse(JSON.parse(body))
      return { ...rest, QueueUrl: QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1) }
    })
  return { queues, sent }
}
const Request = z.looseObject({
  QueueUrl: z.string(),
  Entries: z.array(z.looseObject({ ReceiptHandle: z.string() })).optional(),
})
type Request = z.infer<typeof Request>

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const receipts = (queue: Receipt['queue'], count: number): readonly Receipt[] =>
  Array.from({ length: count }, (_, n) => ({ queue, receipt: `${queue}-${n}` }))
const allGood = json({ Successful: [], Failed: [] })
const failing = (...ids: readonly number[]): Answer =>
  json({
    Successful: [],
    Failed: ids.map((id) => ({ Id: String(id), Code: 'InternalError', SenderFault: false })),
  })

const body = 'no JSON'
const message = (fields: object) => ({
  MessageId: 'm-1',
  ReceiptHandle: 'r-1',
  Body: body,
  MD5OfBody: md5(body),
  Attributes: { SentTimestamp: '1767603600000' },
  ...fields,
})
const text = (StringValue: string) => ({ DataType: 'String', StringValue })

describe('dead letters', () => {
  it('are received with how they were parked, after a wait that asks all of SQS', async () => {
    const MessageAttributes = {
      code: text('KEYNAG_MESSAGE_INVALID'),
      reason: text('the body is not JSON'),
      receiveCount: { DataType: 'Number', StringValue: '3' },
    }
    const { queues, sent } = await connected(
      json({ Messages: [message({}), message({ MessageId: 'm-2', MessageAttributes })] }),
      json({}),
    )
    const letter = {
      queue: 'scan',
      messageId: 'm-1',
      body,
      sentAt: at('2026-01-05T09:00:00Z'),
      receipt: 'r-1',
    }
    expect(await queues.receive('scan', 120)).toStrictEqual([
      letter,
      {
        ...letter,
        messageId: 'm-2',
        parked: {
          code: 'KEYNAG_MESSAGE_INVALID',
          reason: 'the body is not JSON',
          receiveCount: 3,
        },
      },
    ])
    expect(await queues.receive('scan', 120)).toStrictEqual([])
    expect(sent()[0]).toMatchObject({
      QueueUrl: 'scan-dead-letters',
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 120,
      WaitTimeSeconds: 1,
    })
  })

  it('bear attributes that anybody may have made up', async () => {
    const MessageAttributes = { code: text('X'), receiveCount: text('many') }
    const { queues } = await connected(json({ Messages: [message({ MessageAttributes })] }))
    expect(await queues.receive('scan', 120)).toMatchObject([
      { parked: { code: 'X', reason: '', receiveCount: 0 } },
    ])
  })

  it('are released in tens, queue by queue, and one that SQS refuses is let be', async () => {
    const { queues, sent } = await connected(allGood, failing(0))
    await queues.release([...receipts('scan', 11), ...receipts('rotate', 1)])
    expect(sent().map(({ QueueUrl, Entries }) => [QueueUrl, Entries?.length])).toStrictEqual([
      ['scan-dead-letters', 10],
      ['scan-dead-letters', 1],
      ['rotate-dead-letters', 1],
    ])
    expect(sent()[1]?.Entries).toMatchObject([{ ReceiptHandle: 'scan-10', VisibilityTimeout: 0 }])
  })

  it('are removed again where SQS took only some', async () => {
    const { queues, sent } = await connected(failing(1), allGood)
    await queues.remove(receipts('notify', 3))
    expect(sent()[1]?.Entries?.map(({ ReceiptHandle }) => ReceiptHandle)).toStrictEqual([
      'notify-1',
    ])
  })

  it('that cannot be removed are no secret', async () => {
    const { queues, sent } = await connected(failing(1))
    await expect(queues.remove(receipts('notify', 2))).rejects.toMatchObject({
      code: 'KEYNAG_UNAVAILABLE',
      message: '1 of 2 dead letters of the notify queue may still be there: InternalError',
    })
    expect(sent()).toHaveLength(3)
  })

  it('are counted whether they are hidden or not', async () => {
    const { queues } = await connected(
      json({
        Attributes: {
          ApproximateNumberOfMessages: '40',
          ApproximateNumberOfMessagesNotVisible: '8',
          ApproximateNumberOfMessagesDelayed: '2',
        },
      }),
    )
    expect(await queues.depth('scan')).toStrictEqual({
      waiting: 42,
      deadLetters: 48,
      hidden: 8,
    })
  })

  it('go back as the publisher sends a new message', async () => {
    const origin = { source: 'keynag/test', now: at('2026-01-05'), newId: () => 'e-1' }
    const data = { date: '2026-01-05', accountId: anAccountId() }
    const event = makeEvent('scan.requested', anAccountId(), data, origin)
    const MessageBody = JSON.stringify(event)
    const { queues, sent } = await connected(
      json({ MessageId: 'm-9', MD5OfMessageBody: md5(MessageBody) }),
    )
    await queues.resend(event)
    expect(sent()).toStrictEqual([
      {
        QueueUrl: 'scan',
        MessageBody,
        MessageGroupId: anAccountId(),
        MessageAttributes: {
          type: text('scan.requested'),
          dataversion: { DataType: 'Number', StringValue: '1' },
        },
      },
    ])
  })

  it('of a queue that is not there are a sentence', async () => {
    const missing = json({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'gone' }, 400)
    const { queues } = await connected(missing)
    await expect(queues.receive('scan', 1)).rejects.toMatchObject({ code: 'KEYNAG_QUEUE_MISSING' })
  })
})
