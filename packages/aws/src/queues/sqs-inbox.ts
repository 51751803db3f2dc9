import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import { calling } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'

/** A message that SQS delivered. Others cannot receive it during the queue's visibility timeout. */
export interface Received {
  readonly messageId: string
  readonly body: string
  readonly receipt: string
  readonly attributes: Readonly<Record<string, string>>
}

/** One queue as a worker sees it. */
export interface Inbox {
  /** Waits up to `waitSeconds`, 0 to 20, for up to `most` messages, 1 to 10. */
  receive(most: number, waitSeconds: number): Promise<readonly Received[]>
  /** Deletes a message that is dealt with. */
  remove(message: Received): Promise<void>
}

/** A queue of SQS, or of whatever speaks like it. */
export class SqsInbox implements Inbox {
  readonly #QueueUrl: string
  readonly #sqs: SQSClient

  constructor(settings: ClientSettings, queueUrl: string) {
    this.#QueueUrl = queueUrl
    this.#sqs = new SQSClient(clientConfig('sqs', settings))
  }

  async receive(most: number, waitSeconds: number): Promise<readonly Received[]> {
    const { Messages = [] } = await calling({ operation: 'sqs:ReceiveMessage' }, () =>
      this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#QueueUrl,
          MaxNumberOfMessages: most,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
        }),
      ),
    )
    return Messages.map(receivedOf)
  }

  async remove({ receipt }: Received): Promise<void> {
    await calling({ operation: 'sqs:DeleteMessage' }, () =>
      this.#sqs.send(
        new DeleteMessageCommand({ QueueUrl: this.#QueueUrl, ReceiptHandle: receipt }),
      ),
    )
  }
}

const receivedOf = ({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }: Message) => ({
  messageId: MessageId,
  body: Body,
  receipt: ReceiptHandle,
  attributes: { ...Attributes },
})
