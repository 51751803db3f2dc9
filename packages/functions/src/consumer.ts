import {
  BatchProcessor,
  EventType as BatchType,
  processPartialResponse,
} from '@aws-lambda-powertools/batch'
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
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Delivery, Ports } from './ports.ts'

type EventMap = { readonly [K in EventType]: EventOf<K> }

/** What a function does about each event that its queue carries; an event without a verb is parked. */
export type Verbs = {
  readonly [K in EventType]?: (event: EventMap[K], delivery: Delivery) => Promise<Outcome>
}

type HarnessPorts = Pick<Ports, 'publisher' | 'deadLetters' | 'telemetry'>

/** Counted by queue: the notify queue's consumer calls Slack and SES, the others AWS alone. */
const throttledOn: Readonly<Record<QueueName, string>> = {
  scan: 'ThrottledOnScan',
  notify: 'ThrottledOnNotify',
  escalate: 'ThrottledOnEscalate',
  rotate: 'ThrottledOnRotate',
}

/** A Lambda handler for a queue: answers which messages SQS shall deliver again. */
export type QueueHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>

/**
 * The one way from SQS to a verb. A verb's outcome acknowledges, continues or parks the message;
 * a transient or ambiguous error leaves it to SQS to deliver again; a permanent one parks it now;
 * anything else is a bug, and SQS moves the message to the dead-letter queue in the end.
 */
export const consume = (queue: QueueName, verbs: Verbs, ports: HarnessPorts): QueueHandler => {
  return (event, context) => {
    const processor = new BatchProcessor(BatchType.SQS)
    const handle = (record: SQSRecord): Promise<void> =>
      handleRecord(record, queue, verbs, ports, () => context.getRemainingTimeInMillis())
    return processPartialResponse(event, handle, processor, {
      processInParallel: false,
      throwOnFullBatchFailure: false,
    })
  }
}

async function handleRecord(
  record: SQSRecord,
  queue: QueueName,
  verbs: Verbs,
  ports: HarnessPorts,
  remainingMs: () => number,
): Promise<void> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount)
  const about: Record<string, unknown> = { messageId: record.messageId, receiveCount }
  try {
    const event = parseEvent(parseJson(record.body))
    Object.assign(about, { event: event.type, eventId: event.id, subject: event.subject })
    const delivery: Delivery = { eventId: event.id, receiveCount, remainingMs }
    const outcome = await dispatch(event.type, event, queue, verbs, delivery)
    await settle(outcome, record, queue, receiveCount, ports, about)
  } catch (error) {
    if (!(error instanceof KeynagError)) {
      ports.telemetry.error('a bug: the message will be tried again', { ...about, error })
      throw error
    }
    if (error.errorClass !== 'permanent') {
      ports.telemetry.warn(error.message, { ...about, code: error.code, mend: error.mend })
      if (error.code === 'KEYNAG_THROTTLED') ports.telemetry.count(throttledOn[queue], 1)
      throw error
    }
    await park(record, queue, receiveCount, error.code, error.message, ports, about)
  }
}

/** An event on the wrong queue was forged or lost its way. */
function dispatch<K extends EventType>(
  type: K,
  event: EventMap[K],
  queue: QueueName,
  verbs: Verbs,
  delivery: Delivery,
): Promise<Outcome> {
  const verb = verbs[type]
  if (verb === undefined || queueOf[type] !== queue) {
    throw permanent('KEYNAG_MESSAGE_INVALID', `"${type}" does not belong on the ${queue} queue`)
  }
  return verb(event, delivery)
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw permanent('KEYNAG_MESSAGE_INVALID', 'the body is not JSON', error)
  }
}

async function settle(
  outcome: Outcome,
  record: SQSRecord,
  queue: QueueName,
  receiveCount: number,
  ports: HarnessPorts,
  about: Readonly<Record<string, unknown>>,
): Promise<void> {
  switch (outcome.kind) {
    case 'done':
      ports.telemetry.info(outcome.reason, about)
      return
    case 'next':
      await ports.publisher.publish(outcome.events)
      ports.telemetry.info(outcome.reason, about)
      return
    case 'park':
      await park(record, queue, receiveCount, outcome.code, outcome.reason, ports, about)
      return
    default:
      outcome satisfies never
  }
}

async function park(
  record: SQSRecord,
  queue: QueueName,
  receiveCount: number,
  code: string,
  reason: string,
  ports: HarnessPorts,
  about: Readonly<Record<string, unknown>>,
): Promise<void> {
  await ports.deadLetters.park({ queue, body: record.body, code, reason, receiveCount })
  ports.telemetry.error(`parked: ${reason}`, { ...about, code })
  ports.telemetry.count('MessagesParked', 1)
}
