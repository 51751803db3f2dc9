import {
  SendMessageBatchCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import {
  permanent,
  queueNames,
  queueOf,
  transient,
  type Clock,
  type EventType,
  type KeynagEvent,
  type Publisher,
  type QueueName,
} from '@keynag/core'
import { backOffMs, type Random } from '../back-off.ts'
import { calling } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings } from '../session/client-settings.ts'
import { messageOf } from './queue-message.ts'

export type QueueUrls = Readonly<Record<QueueName, string>>

/** Seconds that SQS hides new messages of a type, 0 to 900. */
export type Delays = Readonly<Partial<Record<EventType, number>>>

/** SQS takes ten messages per call (API Reference, SendMessageBatch). */
const batchSize = 10
const mostTries = 4
const pauses = { firstMs: 200, mostMs: 2_000 }

interface QueuePublisherOptions {
  readonly queueUrls: QueueUrls
  readonly delays: Delays
  readonly clock: Clock
  readonly random: Random
}

/** Sends each event to its queue. */
export class QueuePublisher implements Publisher {
  readonly #options: QueuePublisherOptions
  readonly #sqs: () => SQSClient

  constructor(settings: ClientSettings, options: QueuePublisherOptions) {
    this.#options = options
    this.#sqs = lazily(() => new SQSClient(clientConfig('sqs', settings)))
  }

  /**
   * @throws KeynagError transient when SQS did not accept some messages after four tries, permanent
   *   when SQS says that a message itself is wrong.
   */
  async publish(events: readonly KeynagEvent[]): Promise<void> {
    for (const queue of queueNames) {
      const here = events.filter((event) => queueOf[event.type] === queue)
      for (let start = 0; start < here.length; start += batchSize) {
        await this.#send(queue, here.slice(start, start + batchSize))
      }
    }
  }

  /** SQS may accept a part of a batch; this sends only the refused messages again. */
  async #send(queue: QueueName, events: readonly KeynagEvent[]): Promise<void> {
    const { queueUrls, clock, random } = this.#options
    const QueueUrl = queueUrls[queue]
    let open = events.map((event, index) => this.#entry(event, index))
    let why = ''
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { Failed = [] } = await calling({ operation: 'sqs:SendMessage' }, () =>
        this.#sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries: open })),
      )
      if (Failed.length === 0) return
      why = [...new Set(Failed.map(({ Code = 'no reason' }) => Code))].join(', ')
      if (Failed.some(({ SenderFault }) => SenderFault === true)) {
        throw permanent('KEYNAG_REQUEST_REJECTED', `the ${queue} queue refuses a message: ${why}`)
      }
      const refused = new Set(Failed.map(({ Id }) => Id))
      open = open.filter(({ Id }) => refused.has(Id))
      await clock.sleep(backOffMs(tries, { ...pauses, random }))
    }
    throw transient(
      'KEYNAG_UNAVAILABLE',
      `the ${queue} queue did not accept ${open.length} of ${events.length} messages: ${why}`,
    )
  }

  #entry(event: KeynagEvent, index: number): SendMessageBatchRequestEntry {
    const delaySeconds = this.#options.delays[event.type]
    return {
      Id: String(index),
      ...messageOf(event),
      ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    }
  }
}
