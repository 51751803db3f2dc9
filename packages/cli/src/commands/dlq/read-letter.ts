import {
  type DeadLetter,
  type EpochMs,
  KeynagError,
  type KeynagEvent,
  parseEvent,
  parseIso,
  permanent,
  queueOf,
} from '@keynag/core'
import { type MailEvent, readSesEvent } from '@keynag/engine'
import { z } from 'zod'

/** What the body of a dead letter is. */
export type Reading =
  | { readonly kind: 'event'; readonly event: KeynagEvent }
  | { readonly kind: 'mail'; readonly event: MailEvent }
  | {
      readonly kind: 'unreadable'
      readonly code: string
      readonly why: string
      /** The type that the body claims, for people only. */
      readonly type: string | undefined
      readonly eventId: string | undefined
    }

/** keynag's own event IDs are UUIDs; DynamoDB takes keys of up to 2,048 bytes. */
const mostIdCharacters = 256

/** Reads a body as its consumer would, and refuses a body that its consumer would park again. */
export function readLetter({ body, queue }: DeadLetter): Reading {
  let json: unknown
  try {
    if (queue === 'bounces') return { kind: 'mail', event: readSesEvent(body) }
    json = JSON.parse(body)
    const event = parseEvent(json)
    if (queueOf[event.type] !== queue) {
      throw permanent(
        'KEYNAG_MESSAGE_INVALID',
        `"${event.type}" does not belong on the ${queue} queue`,
      )
    }
    if (event.id.length > mostIdCharacters) {
      throw permanent('KEYNAG_MESSAGE_INVALID', "its event ID is longer than keynag's event IDs")
    }
    return { kind: 'event', event }
  } catch (error) {
    if (error instanceof SyntaxError) {
      return unreadable(permanent('KEYNAG_MESSAGE_INVALID', 'the body is not JSON'), undefined)
    }
    if (error instanceof KeynagError) return unreadable(error, json)
    throw error
  }
}

const word = z.string().max(mostIdCharacters).optional().catch(undefined)
const Glimpse = z.looseObject({ type: word, id: word }).catch({ type: undefined, id: undefined })

function unreadable({ code, message }: KeynagError, json: unknown): Reading {
  const { type, id } = Glimpse.parse(json)
  return { kind: 'unreadable', code, why: message, type, eventId: id }
}

/** Why it is a dead letter: keynag's code, or that SQS moved it after its last delivery. */
export const reasonOf = ({ parked }: DeadLetter): string => parked?.code ?? deliveriesUsedUp

export const deliveriesUsedUp = 'deliveries-used-up'

/**
 * When the event was made. A replay does not change that time. SQS counts from the last send, and
 * parking and replaying are sends.
 */
export const beganAt = ({ sentAt }: DeadLetter, reading: Reading): EpochMs =>
  reading.kind === 'event' ? (parseIso(reading.event.time) ?? sentAt) : sentAt

/** The event's ID. For a report of SES it is the ID of the mail. */
export function eventIdOf(reading: Reading): string | undefined {
  switch (reading.kind) {
    case 'event':
      return reading.event.id
    case 'mail':
      return reading.event.kind === 'withdrawn' ? reading.event.messageId : undefined
    case 'unreadable':
      return reading.eventId
    default:
      return reading satisfies never
  }
}

export function typeOf(reading: Reading): string | undefined {
  switch (reading.kind) {
    case 'event':
      return reading.event.type
    case 'mail':
      return reading.event.kind === 'withdrawn' ? `mail.${reading.event.how}` : 'mail.other'
    case 'unreadable':
      return reading.type
    default:
      return reading satisfies never
  }
}
