import {
  KeynagError,
  parseEvent,
  permanent,
  queueOf,
  type EventOf,
  type EventType,
  type Outcome,
  type QueueName,
} from '@keynag/core'
import type { Ports, ReceivedMessage } from './ports.ts'

type EventMap = { readonly [K in EventType]: EventOf<K> }

/** The verb for each event type that a queue carries. An event without a verb is parked. */
export type Verbs = {
  readonly [K in EventType]?: (event: EventMap[K], received: ReceivedMessage) => Promise<Outcome>
}

/**
 * Handles one message. It resolves when SQS may delete the message, and rejects when SQS has to
 * deliver the message again.
 */
export type Consumer = (received: ReceivedMessage) => Promise<void>

type HarnessPorts = Pick<Ports, 'publisher' | 'deadLetters' | 'telemetry'>

/** Calls that AWS throttled, counted by queue. What Slack and SES refuse is an outage. */
const throttledOn: Readonly<Record<QueueName, string>> = {
  scan: 'ThrottledOnScan',
  notify: 'ThrottledOnNotify',
  escalate: 'ThrottledOnEscalate',
  rotate: 'ThrottledOnRotate',
}

/**
 * The one way from SQS to a verb. A verb's outcome acknowledges, continues or parks the message. A
 * transient or ambiguous error leaves the message to SQS, which delivers it again. A permanent error
 * parks it now. Any other error is a bug: SQS moves the message to the dead-letter queue in the end.
 */
export const consume =
  (queue: QueueName, verbs: Verbs, ports: HarnessPorts): Consumer =>
  async (received) => {
    const message = new MessageInHand(queue, received, ports)
    try {
      await message.settle(await message.dispatchTo(verbs))
    } catch (error) {
      await message.failed(error)
    }
  }

/** One message on its way through a verb, and what the log says about it. */
class MessageInHand {
  readonly #queue: QueueName
  readonly #received: ReceivedMessage
  readonly #ports: HarnessPorts
  readonly #fields: Record<string, unknown>

  constructor(queue: QueueName, received: ReceivedMessage, ports: HarnessPorts) {
    this.#queue = queue
    this.#received = received
    this.#ports = ports
    const { messageId, receiveCount } = received
    this.#fields = { messageId, receiveCount }
  }

  dispatchTo(verbs: Verbs): Promise<Outcome> {
    const event = parseEvent(parseJson(this.#received.body))
    Object.assign(this.#fields, { event: event.type, eventId: event.id, subject: event.subject })
    return this.#dispatch(event.type, event, verbs)
  }

  /** An event on the wrong queue was forged or lost its way. */
  #dispatch<K extends EventType>(type: K, event: EventMap[K], verbs: Verbs): Promise<Outcome> {
    const verb = verbs[type]
    if (verb === undefined || queueOf[type] !== this.#queue) {
      const why = `"${type}" does not belong on the ${this.#queue} queue`
      throw permanent('KEYNAG_MESSAGE_INVALID', why)
    }
    return verb(event, this.#received)
  }

  async settle(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'done':
        this.#ports.telemetry.info(outcome.reason, this.#fields)
        return
      case 'next':
        await this.#ports.publisher.publish(outcome.events)
        this.#ports.telemetry.info(outcome.reason, this.#fields)
        return
      case 'park':
        await this.#park(outcome.code, outcome.reason)
        return
      default:
        outcome satisfies never
    }
  }

  /** @throws the error where SQS has to deliver the message again */
  async failed(error: unknown): Promise<void> {
    const { telemetry } = this.#ports
    if (!(error instanceof KeynagError)) {
      telemetry.error('a bug: the message will be tried again', { ...this.#fields, error })
      throw error
    }
    if (error.errorClass === 'permanent') return this.#park(error.code, error.message)
    const { code, remedy } = error
    telemetry.warn(error.message, { ...this.#fields, code, remedy })
    if (code === 'KEYNAG_THROTTLED') telemetry.count(throttledOn[this.#queue], 1)
    throw error
  }

  async #park(code: string, reason: string): Promise<void> {
    const { body, receiveCount } = this.#received
    await this.#ports.deadLetters.park({ queue: this.#queue, body, code, reason, receiveCount })
    this.#ports.telemetry.error(`parked: ${reason}`, { ...this.#fields, code })
    this.#ports.telemetry.count('MessagesParked', 1)
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw permanent('KEYNAG_MESSAGE_INVALID', 'the body is not JSON', error)
  }
}
