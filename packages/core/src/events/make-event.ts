import { isoTime, type EpochMs } from '../time.ts'
import { parseEvent, type EventOf, type EventType, type KeynagEvent } from './registry.ts'

/** Where an event comes from and what makes its ID: handed in, for the core has neither. */
export interface Origin {
  readonly source: string
  readonly now: EpochMs
  readonly newId: () => string
}

/** Puts data into its envelope, and holds it against its schema. */
export function makeEvent<T extends EventType>(
  type: T,
  subject: string,
  data: EventOf<T>['data'],
  origin: Origin,
): EventOf<T>
export function makeEvent(
  type: EventType,
  subject: string,
  data: unknown,
  { source, now, newId }: Origin,
): KeynagEvent {
  return parseEvent({
    specversion: '1.0',
    id: newId(),
    source,
    type,
    time: isoTime(now),
    subject,
    datacontenttype: 'application/json',
    dataversion: 1,
    data,
  })
}
