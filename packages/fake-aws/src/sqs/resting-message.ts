import { z } from 'zod'
import type { Queue, QueuedMessage } from './fauxqs-store.ts'

const attributeValue = z.object({
  DataType: z.string(),
  StringValue: z.string().exactOptional(),
  BinaryValue: z.string().exactOptional(),
})

/** A message that is stored in a queue. Files of messages use the same form. */
export const restingMessage = z.object({
  queue: z.string(),
  messageId: z.string(),
  body: z.string(),
  /** The first send in milliseconds since the epoch, and the same instant in readable form. */
  firstSentMs: z.number(),
  firstSentAt: z.string(),
  receiveCount: z.number().int().min(0),
  /** System attributes, by their names in SQS. */
  attributes: z.record(z.string(), z.string()),
  messageAttributes: z.record(z.string(), attributeValue),
})
export type RestingMessage = z.infer<typeof restingMessage>

const systemAttributes = (message: QueuedMessage) => ({
  SentTimestamp: String(message.sentTimestamp),
  ApproximateReceiveCount: String(message.approximateReceiveCount),
  ...(message.approximateFirstReceiveTimestamp === undefined
    ? {}
    : { ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp) }),
  ...(message.messageGroupId === undefined ? {} : { MessageGroupId: message.messageGroupId }),
})

/** All messages in a queue, visible, delayed or in flight. Reading does not receive them. */
export const restingIn = (queue: Queue): RestingMessage[] => {
  const { ready, delayed, inflight } = queue.inspectMessages()
  return [...ready, ...delayed, ...inflight.map((entry) => entry.message)].map((message) => ({
    queue: queue.name,
    messageId: message.messageId,
    body: message.body,
    firstSentMs: message.sentTimestamp,
    firstSentAt: new Date(message.sentTimestamp).toISOString(),
    receiveCount: message.approximateReceiveCount,
    attributes: systemAttributes(message),
    messageAttributes: message.messageAttributes,
  }))
}
