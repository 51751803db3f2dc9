import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
} from '@aws-sdk/client-sqs'
import { expect } from 'vitest'
import { createTestQueue } from './test-queue.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'

const handles = (messages: readonly Message[]) =>
  messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }))

/** The calls of Lambda's event source mapping, which the sandbox makes in Lambda's place. */
export const sqsDeadLetterCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const queues = async (maxReceiveCount: number) => {
    const { sqs } = await aws().account()
    const deadLetters = await createTestQueue(sqs)
    const deadLetterTargetArn = await deadLetters.arn()
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount })
    return { sqs, deadLetters, ...(await createTestQueue(sqs, { RedrivePolicy })) }
  }

  documented(
    'A message that is received too often moves to the dead-letter queue unchanged',
    async () => {
      const { send, receive, show, deadLetters } = await queues(2)
      const MessageAttributes = { type: { DataType: 'String', StringValue: 'key.stale' } }
      const { MessageId } = await send({ MessageBody: 'poison', MessageAttributes })
      for (const count of ['1', '2']) {
        const [message] = await receive()
        expect(message).toMatchObject({ Attributes: { ApproximateReceiveCount: count } })
        await show(message?.ReceiptHandle)
      }
      expect(await receive()).toEqual([])
      const [dead] = await deadLetters.receive()
      expect(dead).toMatchObject({ MessageId, Body: 'poison', MessageAttributes })
    },
  )

  documented('GetQueueAttributes returns the redrive policy', async () => {
    const { attributes, deadLetters } = await queues(5)
    const text = (await attributes())['RedrivePolicy'] ?? ''
    expect(JSON.parse(text)).toMatchObject({ deadLetterTargetArn: await deadLetters.arn() })
    expect(text).toMatch(/"maxReceiveCount":\s*"?5"?/)
  })

  documented('DeleteMessageBatch deletes messages and answers for each', async () => {
    const { sqs, url, sendBatch, receive, attributes } = await queues(5)
    await sendBatch([
      { Id: 'a', MessageBody: 'a' },
      { Id: 'b', MessageBody: 'b' },
    ])
    const Entries = handles(await receive())
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['0', '1'])
    expect(answer.Failed ?? []).toEqual([])
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' })
  })

  documented('DeleteMessageBatch reports the invalid receipt handles', async () => {
    const { sqs, url } = await queues(5)
    const Entries = [{ Id: 'bad', ReceiptHandle: 'guess' }]
    const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    expect(answer.Failed).toMatchObject([{ Id: 'bad', SenderFault: true }])
  })

  documented('ChangeMessageVisibilityBatch makes messages visible again at once', async () => {
    const { sqs, url, sendBatch, receive } = await queues(5)
    await sendBatch([
      { Id: 'a', MessageBody: 'a' },
      { Id: 'b', MessageBody: 'b' },
    ])
    const Entries = handles(await receive()).map((one) => ({ ...one, VisibilityTimeout: 0 }))
    expect(Entries).toHaveLength(2)
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }))
    expect((await receive()).map(({ Body = '' }) => Body).toSorted()).toEqual(['a', 'b'])
  })
}
