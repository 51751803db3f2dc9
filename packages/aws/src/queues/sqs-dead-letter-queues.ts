import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import {
  epochMs,
  queueOf,
  stageQueues,
  transient,
  type DeadLetter,
  type DeadLetterQueues,
  type KeynagEvent,
  type QueueDepth,
  type Receipt,
  type StageQueue,
} from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings } from '../session/client-settings.ts'
import type { QueueUrls } from './publisher.ts'
import { messageOf } from './queue-message.ts'

/** A stage need not have the bounces queue. */
export type StageQueueUrls = QueueUrls & Readonly<Partial<Record<StageQueue, string>>>

interface DeadLetterUrls {
  readonly queueUrls: StageQueueUrls
  readonly deadLetterUrls: StageQueueUrls
}

/** SQS takes and returns ten messages per call (API Reference, ReceiveMessage and batches). */
const batchSize = 10
/**
 * A receive that does not wait asks only some of SQS's servers, and may miss messages of a queue that
 * is not empty (SQS Developer Guide, Short and long polling). In seconds, 1 to 20.
 */
const waitSeconds = 1
const mostTries = 3
/** Batches that are released at the same time: a long walk gives back thousands of them. */
const releasedAtOnce = 8

/** SQS's dead-letter queues, for operators. */
export class SqsDeadLetterQueues implements DeadLetterQueues {
  readonly names: readonly StageQueue[]
  readonly #urls: DeadLetterUrls
  readonly #sqs: () => SQSClient

  constructor(settings: ClientSettings, urls: DeadLetterUrls) {
    this.#urls = urls
    this.names = stageQueues.filter((name) => urls.deadLetterUrls[name] !== undefined)
    this.#sqs = lazily(() => new SQSClient(clientConfig('sqs', settings)))
  }

  async depth(queue: StageQueue): Promise<QueueDepth> {
    const { queueUrls, deadLetterUrls } = this.#urls
    const waiting = await this.#counts(known(queue, queueUrls))
    const dead = await this.#counts(known(queue, deadLetterUrls))
    return {
      waiting: waiting.visible + waiting.delayed,
      deadLetters: dead.visible + dead.hidden,
      hidden: dead.hidden,
    }
  }

  async #counts(QueueUrl: string) {
    const { Attributes = {} } = await calling({ operation: 'sqs:GetQueueAttributes' }, () =>
      this.#sqs().send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      ),
    )
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    }
  }

  async receive(queue: StageQueue, hideSeconds: number): Promise<readonly DeadLetter[]> {
    const { Messages = [] } = await calling({ operation: 'sqs:ReceiveMessage' }, () =>
      this.#sqs().send(
        new ReceiveMessageCommand({
          QueueUrl: known(queue, this.#urls.deadLetterUrls),
          MaxNumberOfMessages: batchSize,
          VisibilityTimeout: hideSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      ),
    )
    return Messages.map((message) => deadLetterOf(queue, message))
  }

  async release(receipts: readonly Receipt[]): Promise<void> {
    const batches = this.#batches(receipts).values()
    const releaseSome = async (): Promise<void> => {
      for (const { QueueUrl, entries } of batches) {
        // When SQS refuses one, the message is visible already, is gone, or its time-out will end.
        await calling({ operation: 'sqs:ChangeMessageVisibility' }, () =>
          this.#sqs().send(
            new ChangeMessageVisibilityBatchCommand({
              QueueUrl,
              Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
            }),
          ),
        )
      }
    }
    await Promise.all(Array.from({ length: releasedAtOnce }, releaseSome))
  }

  async remove(receipts: readonly Receipt[]): Promise<void> {
    for (const { QueueUrl, queue, entries } of this.#batches(receipts)) {
      let open = entries
      let why = ''
      for (let tries = 0; open.length > 0; tries += 1) {
        if (tries === mostTries) {
          throw transient(
            'KEYNAG_UNAVAILABLE',
            `${open.length} of ${entries.length} dead letters of the ${queue} queue may still be there: ${why}`,
          )
        }
        const Entries = open
        const { Failed = [] } = await calling({ operation: 'sqs:DeleteMessage' }, () =>
          this.#sqs().send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        )
        why = [...new Set(Failed.map(({ Code = 'no reason' }) => Code))].join(', ')
        const refused = new Set(Failed.map(({ Id }) => Id))
        open = open.filter(({ Id }) => refused.has(Id))
      }
    }
  }

  async resend(event: KeynagEvent): Promise<void> {
    const QueueUrl = this.#urls.queueUrls[queueOf[event.type]]
    await calling({ operation: 'sqs:SendMessage' }, () =>
      this.#sqs().send(new SendMessageCommand({ QueueUrl, ...messageOf(event) })),
    )
  }

  async resendMailEvent(body: string): Promise<void> {
    const QueueUrl = known('bounces', this.#urls.queueUrls)
    await calling({ operation: 'sqs:SendMessage' }, () =>
      this.#sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: body })),
    )
  }

  #batches(receipts: readonly Receipt[]) {
    return this.names.flatMap((queue) => {
      const here = receipts.filter((receipt) => receipt.queue === queue)
      const QueueUrl = known(queue, this.#urls.deadLetterUrls)
      return Array.from({ length: Math.ceil(here.length / batchSize) }, (_, batch) => ({
        queue,
        QueueUrl,
        entries: here
          .slice(batch * batchSize, (batch + 1) * batchSize)
          .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt })),
      }))
    })
  }
}

function known(queue: StageQueue, urls: StageQueueUrls): string {
  const url = urls[queue]
  if (url === undefined) throw new Error(`there is no queue ${queue}`)
  return url
}

function deadLetterOf(queue: StageQueue, message: Message): DeadLetter {
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes, MessageAttributes } = message
  const text = (name: string): string | undefined => MessageAttributes?.[name]?.StringValue
  const code = text('code')
  const letter = {
    queue,
    messageId: MessageId,
    body: Body,
    sentAt: epochMs(Number(Attributes?.SentTimestamp ?? 0)),
    receipt: ReceiptHandle,
  }
  if (code === undefined) return letter
  const received = Number(text('receiveCount'))
  const receiveCount = Number.isSafeInteger(received) ? received : 0
  return { ...letter, parked: { code, reason: text('reason') ?? '', receiveCount } }
}
