import { createHash } from 'node:crypto'
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect } from 'vitest'
import { createTestQueue } from './test-queue.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

/** The longest time that a case waits for a message, in seconds. */
const WaitTimeSeconds = 5

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ Id: String(at), MessageBody: `body ${at}` }))

export const sqsCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const queue = async () => {
    const { sqs } = await aws().account()
    return { sqs, ...(await createTestQueue(sqs)) }
  }

  documented('GetQueueUrl finds a queue by its name', async () => {
    const { sqs, name, url } = await queue()
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
    expect(QueueUrl).toBe(url)
  })

  documented('A call on a missing queue fails with QueueDoesNotExist, 400', async () => {
    const { sqs, url } = await queue()
    const nowhere = { QueueUrl: `${url}-nowhere`, MessageBody: 'a body' }
    await refused(sqs.send(new SendMessageCommand(nowhere)), 'QueueDoesNotExist', 400)
    const find = new GetQueueUrlCommand({ QueueName: 'nowhere' })
    await refused(sqs.send(find), 'QueueDoesNotExist', 400)
  })

  documented('SendMessage returns an ID and the MD5 of the body', async () => {
    const { send } = await queue()
    const MessageBody = '{"é":"ü"}'
    expect(await send({ MessageBody })).toMatchObject({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: md5(MessageBody),
    })
  })

  documented('ReceiveMessage returns the body and the attributes that were sent', async () => {
    const { send, receive } = await queue()
    const MessageAttributes = {
      type: { DataType: 'String', StringValue: 'key.stale' },
      receiveCount: { DataType: 'Number', StringValue: '3' },
    }
    const sent = await send({ MessageBody: 'a\tb\n<é> \u{1f511}', MessageAttributes })
    const [message] = await receive()
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'a\tb\n<é> \u{1f511}',
      MD5OfBody: sent.MD5OfMessageBody,
      MessageAttributes,
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
      },
    })
  })

  documented('A standard queue accepts a MessageGroupId and returns it', async () => {
    const { send, receive } = await queue()
    await send({ MessageGroupId: '111122223333' })
    const [message] = await receive()
    expect(message?.Attributes).toMatchObject({ MessageGroupId: '111122223333' })
  })

  documented(
    'A message can be delayed by up to 900 seconds; more fails with InvalidParameterValue',
    async () => {
      const { send, attributes } = await queue()
      await send({ DelaySeconds: 900 })
      expect(await attributes()).toMatchObject({
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: '1',
      })
      await refused(send({ DelaySeconds: 901 }), 'InvalidParameterValue', 400)
    },
  )

  documented('A delayed message is received only after the delay', async () => {
    const { send, receive } = await queue()
    await send({ DelaySeconds: 1 })
    expect(await receive()).toEqual([])
    expect(await receive({ WaitTimeSeconds })).toHaveLength(1)
  })

  documented(
    'A received message is hidden, and visible again at once after visibility 0',
    async () => {
      const { send, receive, show, attributes } = await queue()
      await send()
      const [message] = await receive()
      expect(await receive()).toEqual([])
      expect(await attributes()).toMatchObject({
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '1',
      })
      await show(message?.ReceiptHandle)
      const [again] = await receive()
      expect(again).toMatchObject({
        MessageId: message?.MessageId,
        Attributes: { ApproximateReceiveCount: '2' },
      })
    },
  )

  documented('ReceiveMessage can set how long a message is hidden', async () => {
    const { send, receive } = await queue()
    await send()
    expect(await receive({ VisibilityTimeout: 1 })).toHaveLength(1)
    expect(await receive()).toEqual([])
    expect(await receive({ WaitTimeSeconds })).toHaveLength(1)
  })

  documented(
    'A visibility timeout of more than 12 hours fails with InvalidParameterValue',
    async () => {
      const { send, receive, show } = await queue()
      await send()
      const [message] = await receive()
      await refused(show(message?.ReceiptHandle, 43_201), 'InvalidParameterValue', 400)
    },
  )

  documented('A deleted message is not received again', async () => {
    const { send, receive, remove, attributes } = await queue()
    await send()
    const [message] = await receive()
    await remove(message?.ReceiptHandle)
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    })
  })

  documented('DeleteMessage with an old receipt handle succeeds', async () => {
    const { send, receive, show, remove } = await queue()
    await send()
    const [message] = await receive()
    await show(message?.ReceiptHandle)
    await receive()
    const { $metadata } = await remove(message?.ReceiptHandle)
    expect($metadata.httpStatusCode).toBe(200)
  })

  documented(
    'DeleteMessage with an invalid receipt handle fails with ReceiptHandleIsInvalid',
    async () => {
      const { remove } = await queue()
      await refused(remove('guess'), 'ReceiptHandleIsInvalid')
    },
  )

  documented('An empty body is refused, 400', async () => {
    const { send } = await queue()
    await refused(send({ MessageBody: '' }), '(?:MissingParameter|InvalidParameterValue)', 400)
  })

  documented('A body with control characters is refused, 400', async () => {
    const { send } = await queue()
    const call = send({ MessageBody: 'a\u{1}b' })
    await refused(call, '(?:InvalidMessageContents|InvalidParameterValue)', 400)
  })

  documented('An empty attribute fails with InvalidParameterValue', async () => {
    const { send } = await queue()
    const MessageAttributes = { reason: { DataType: 'String', StringValue: '' } }
    await refused(send({ MessageAttributes }), 'InvalidParameterValue', 400)
  })

  documented('A message of 1 MiB is accepted, and one byte more is refused', async () => {
    const { send } = await queue()
    const MessageBody = 'x'.repeat(1_048_576)
    expect((await send({ MessageBody })).MD5OfMessageBody).toBe(md5(MessageBody))
    await refused(send({ MessageBody: `${MessageBody}x` }), 'InvalidParameterValue', 400)
  })

  documented('SendMessageBatch accepts ten messages and answers for each', async () => {
    const { sendBatch, receive } = await queue()
    const { Successful = [], Failed = [] } = await sendBatch(entries(10))
    expect(Failed).toEqual([])
    expect(Successful.map(({ Id }) => Id)).toEqual(entries(10).map(({ Id }) => Id))
    const ids = new Set((await receive()).map(({ MessageId }) => MessageId))
    expect(ids).toEqual(new Set(Successful.map(({ MessageId }) => MessageId)))
  })

  documented(
    'SendMessageBatch of eleven messages, of none, or of two with the same ID is refused',
    async () => {
      const { sendBatch } = await queue()
      await refused(sendBatch(entries(11)), 'TooManyEntriesInBatchRequest', 400)
      await refused(sendBatch([]), 'EmptyBatchRequest', 400)
      await refused(sendBatch([...entries(1), ...entries(1)]), 'BatchEntryIdsNotDistinct', 400)
    },
  )

  documented(
    'SendMessageBatch accepts the valid messages and reports the refused ones',
    async () => {
      const { sendBatch, receive } = await queue()
      const bad = { Id: 'bad', MessageBody: 'late', DelaySeconds: 901 }
      const { Successful = [], Failed = [] } = await sendBatch([...entries(2), bad])
      expect(Successful.map(({ Id }) => Id)).toEqual(['0', '1'])
      expect(Failed).toMatchObject([
        { Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true },
      ])
      expect((await receive()).map(({ Body = '' }) => Body).toSorted()).toEqual([
        'body 0',
        'body 1',
      ])
    },
  )
}
