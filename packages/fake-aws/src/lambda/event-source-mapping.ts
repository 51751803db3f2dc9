import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Context, SQSEvent } from 'aws-lambda'
import { lambdaContext } from './context.ts'
import { failedMessages } from './failed-messages.ts'
import { sqsEvent } from './sqs-event.ts'
import { withinTimeout } from './within-timeout.ts'

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<unknown>

/** How many messages a queue holds; delayed ones are not counted in either figure. */
export type QueueDepth = { visible: number; inFlight: number; delayed: number }

export type EventSourceMappingOptions = {
  /** The function's name. */
  name: string
  client: SQSClient
  queue: { url: string; arn: string }
  handler: SqsHandler
  /** Messages per invocation, 1 to 10,000; default 10. */
  batchSize?: number
  /** Invocations at the same time; AWS takes 2 to 1,000, default here 2. */
  maximumConcurrency?: number
  /** Without it, an answer with failures counts as a success, as on AWS; default true. */
  reportBatchItemFailures?: boolean
  /**
   * When failed messages become visible again, in real seconds. AWS leaves them hidden for the
   * rest of the queue's visibility time-out; the default 0 lets a demo retry at once.
   */
  retryDelaySeconds?: number
  /** Real seconds; default 30. */
  timeoutSeconds?: number
  /** `drain` empties mappings with a lower number first; default 0. */
  priority?: number
  /** Where to look for the queue's depth; default is GetQueueAttributes. */
  depth?: () => QueueDepth | Promise<QueueDepth>
  /** Told what a handler threw; default keeps quiet, and `stats` still counts it. */
  onError?: (error: unknown, event: SQSEvent) => void
}

export type MappingStats = {
  invocations: number
  received: number
  deleted: number
  /** Messages that were given back, once per time. */
  returned: number
  /** Invocations that threw or timed out. */
  threw: number
}

/** SQS gives and takes ten messages a call. */
const mostPerCall = 10

/**
 * What stands between a queue and a function on AWS: it receives, invokes, deletes what succeeded
 * and gives back what failed. It never long-polls. Recursion detection, batching windows,
 * filters and scaling of pollers are not modelled.
 */
export class EventSourceMapping {
  readonly name: string
  readonly priority: number
  readonly stats: MappingStats = { invocations: 0, received: 0, deleted: 0, returned: 0, threw: 0 }
  readonly #options: EventSourceMappingOptions
  readonly #batchSize: number
  readonly #concurrency: number

  constructor(options: EventSourceMappingOptions) {
    this.name = options.name
    this.priority = options.priority ?? 0
    this.#options = options
    this.#batchSize = options.batchSize ?? mostPerCall
    this.#concurrency = options.maximumConcurrency ?? 2
  }

  async depth(): Promise<QueueDepth> {
    if (this.#options.depth) return this.#options.depth()
    const { Attributes } = await this.#options.client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#options.queue.url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    )
    return {
      visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
    }
  }

  /**
   * Polls for this many messages at once, in as many invocations at the same time as the maximum
   * concurrency allows. Returns how many messages were received.
   */
  async volley(visible: number): Promise<number> {
    const polls = Math.min(this.#concurrency, Math.max(1, Math.ceil(visible / this.#batchSize)))
    const received = await Promise.all(Array.from({ length: polls }, () => this.poll()))
    return received.reduce((sum, each) => sum + each, 0)
  }

  /** Receives one batch and sees it through. Returns how many messages were received. */
  async poll(): Promise<number> {
    const messages = await this.#receive()
    if (messages.length === 0) return 0
    this.stats.received += messages.length
    const failed = await this.#invoke(messages)
    const isFailed = ({ MessageId }: Message) => MessageId !== undefined && failed.has(MessageId)
    await this.#delete(messages.filter((message) => !isFailed(message)))
    await this.#giveBack(messages.filter(isFailed))
    return messages.length
  }

  async #receive(): Promise<Message[]> {
    const messages: Message[] = []
    while (messages.length < this.#batchSize) {
      const wanted = Math.min(mostPerCall, this.#batchSize - messages.length)
      const { Messages = [] } = await this.#options.client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#options.queue.url,
          MaxNumberOfMessages: wanted,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      messages.push(...Messages)
      if (Messages.length < wanted) break
    }
    return messages
  }

  async #invoke(messages: Message[]): Promise<ReadonlySet<string>> {
    const { name, queue, handler, timeoutSeconds = 30 } = this.#options
    const region = queue.arn.split(':')[3] ?? ''
    const event = sqsEvent(messages, queue.arn)
    const sent = new Set(event.Records.map((record) => record.messageId))
    this.stats.invocations += 1
    try {
      const context = lambdaContext({ name, timeoutSeconds, region })
      const answer = await withinTimeout(name, timeoutSeconds, () => handler(event, context))
      if (this.#options.reportBatchItemFailures === false) return new Set()
      return failedMessages(answer, sent)
    } catch (error) {
      this.stats.threw += 1
      this.#options.onError?.(error, event)
      return sent
    }
  }

  async #delete(messages: Message[]) {
    for (const Entries of entries(messages)) {
      const { Failed = [] } = await this.#options.client.send(
        new DeleteMessageBatchCommand({ QueueUrl: this.#options.queue.url, Entries }),
      )
      this.stats.deleted += Entries.length - Failed.length
    }
  }

  async #giveBack(messages: Message[]) {
    const VisibilityTimeout = this.#options.retryDelaySeconds ?? 0
    for (const batch of entries(messages)) {
      await this.#options.client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#options.queue.url,
          Entries: batch.map((entry) => ({ ...entry, VisibilityTimeout })),
        }),
      )
      this.stats.returned += batch.length
    }
  }
}

const entries = (messages: Message[]) => {
  const each = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
  }))
  return Array.from({ length: Math.ceil(each.length / mostPerCall) }, (_, index) =>
    each.slice(index * mostPerCall, (index + 1) * mostPerCall),
  )
}
