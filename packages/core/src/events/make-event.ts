import { isoTime, type EpochMs } from '../time.ts'
import { parseEvent, type EventOf, type EventType, type KeynagEvent } from './registry.ts'

/** An event's source, time and ID generator. The caller provides them, to keep the core pure. */
export interface Origin {
  readonly source: string
  readonly now: EpochMs
  readonly newId: () => string
}

/**
 * Makes an event of `data` and validates it against its schema.
 *
 * @throws KeynagError permanent `KEYNAG_MESSAGE_INVALID` when the data does not fit.
 */
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
