import type { KeynagEvent } from '@keynag/core'

/** SQS takes up to 128 letters, digits and marks (API Reference, SendMessage, MessageGroupId). */
const mostGroupCharacters = 128

/**
 * Fair queues share the consumers out by this: an account's messages, or else those of one
 * subject, do not hold the others up.
 */
export function messageGroup(event: KeynagEvent): string {
  const group = 'accountId' in event.data ? event.data.accountId : event.subject
  return group
    .replaceAll(/[^\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/g, '_')
    .slice(0, mostGroupCharacters)
}

/** An event as SQS takes it, from the publisher and from an operator's replay alike. */
export const messageOf = (event: KeynagEvent) => ({
  MessageBody: JSON.stringify(event),
  MessageGroupId: messageGroup(event),
  MessageAttributes: eventAttributes(event),
})

/** So that people and filters can tell messages apart without reading their bodies. */
const eventAttributes = ({ type, dataversion }: KeynagEvent) => ({
  type: { DataType: 'String', StringValue: type },
  dataversion: { DataType: 'Number', StringValue: String(dataversion) },
})
