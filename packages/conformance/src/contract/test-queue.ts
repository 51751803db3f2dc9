import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type Message,
  type ReceiveMessageCommandInput,
  type SendMessageBatchRequestEntry,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs'

type Attributes = Partial<Record<'RedrivePolicy' | 'VisibilityTimeout', string>>

let made = 0

/** Creates a queue, and returns the calls that most cases make on it. */
export const createTestQueue = async (sqs: SQSClient, Attributes: Attributes = {}) => {
  made += 1
  const QueueName = `contract-${made}`
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const attributes = async () => {
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })
    return (await sqs.send(ask)).Attributes ?? {}
  }
  return {
    name: QueueName,
    url: QueueUrl,
    attributes,
    arn: async () => (await attributes())['QueueArn'] ?? '',
    send: (input: Partial<SendMessageCommandInput> = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a body', ...input })),
    sendBatch: (Entries: SendMessageBatchRequestEntry[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    receive: async (input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
      const ask = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        ...input,
      })
      return (await sqs.send(ask)).Messages ?? []
    },
    show: (ReceiptHandle: string | undefined, VisibilityTimeout = 0) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
    remove: (ReceiptHandle: string | undefined) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  }
}
