import type { KeynagEvent } from '@keynag/core'

/** SQS allows up to 128 letters, digits and marks (API Reference, SendMessage, MessageGroupId). */
const mostGroupCharacters = 128

/**
 * SQS fair queues share consumers between groups. A group is an account, or else a subject, so that
 * one account's messages do not delay the others.
 */
export function messageGroup(event: KeynagEvent): string {
  const group = 'accountId' in event.data ? event.data.accountId : event.subject
  return group
    .replaceAll(/[^\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/g, '_')
    .slice(0, mostGroupCharacters)
}

/** An event as an SQS message. The publisher and an operator's replay send the same. */
export const messageOf = (event: KeynagEvent) => ({
  MessageBody: JSON.stringify(event),
  MessageGroupId: messageGroup(event),
  MessageAttributes: eventAttributes(event),
})

/** Attributes let people and filters tell messages apart without reading the bodies. */
const eventAttributes = ({ type, dataversion }: KeynagEvent) => ({
  type: { DataType: 'String', StringValue: type },
  dataversion: { DataType: 'Number', StringValue: String(dataversion) },
})
