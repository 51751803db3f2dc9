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

/** The number of messages in a queue, by state. Each message counts in one figure only. */
export type QueueDepth = { visible: number; inFlight: number; delayed: number }

export type EventSourceMappingOptions = {
  /** The function's name. */
  name: string
  client: SQSClient
  queue: { url: string; arn: string }
  handler: SqsHandler
  /** Messages per invocation, 1 to 10,000; default 10. */
  batchSize?: number
  /** The most concurrent invocations; AWS accepts 2 to 1,000; default here 2. */
  maximumConcurrency?: number
  /** If false, an answer with failures counts as a success, as on AWS; default true. */
  reportBatchItemFailures?: boolean
  /**
   * Real seconds until failed messages become visible again. On AWS they stay hidden for the rest of
   * the queue's visibility time-out. The default 0 retries at once.
   */
  retryDelaySeconds?: number
  /** Real seconds; default 30. */
  timeoutSeconds?: number
  /** `drain` empties mappings with a lower number first; default 0. */
  priority?: number
  /** Reads the queue's depth; default: a call of GetQueueAttributes. */
  depth?: () => QueueDepth | Promise<QueueDepth>
  /** Gets every error that a handler throws. `stats` counts errors with or without it. */
  onError?: (error: unknown, event: SQSEvent) => void
}

export type MappingStats = {
  invocations: number
  received: number
  deleted: number
  /** Messages that were returned to the queue. A message that was returned twice counts twice. */
  returned: number
  /** Invocations that threw or timed out. */
  threw: number
}

/** The most messages in one SQS call (SQS API Reference, ReceiveMessage, DeleteMessageBatch). */
const mostPerCall = 10

/**
 * Lambda's event source mapping between a queue and a function: it receives messages, invokes the
 * function, deletes the messages that succeeded, and returns the failed ones to the queue.
 *
 * Kept (Lambda Developer Guide, Using Lambda with Amazon SQS): partial batch responses and their
 * rules for invalid answers, the function's time-out, the maximum concurrency, one event per batch
 * in Lambda's form.
 *
 * Left out: long polling, batching windows, filters, the scaling of pollers, back-off after errors,
 * recursion detection.
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
   * Polls for this many messages, with as many concurrent invocations as the maximum concurrency
   * allows. Returns how many messages were received.
   */
  async pollInParallel(visible: number): Promise<number> {
    const polls = Math.min(this.#concurrency, Math.max(1, Math.ceil(visible / this.#batchSize)))
    const received = await Promise.all(Array.from({ length: polls }, () => this.poll()))
    return received.reduce((sum, each) => sum + each, 0)
  }

  /** Receives one batch and handles it. Returns how many messages were received. */
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
