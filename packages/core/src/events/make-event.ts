import { isoTime, type EpochMs } from '../time.ts'
import type { EventOf, EventType } from './registry.ts'

/** Where an event comes from and what makes its ID: handed in, for the core has neither. */
export interface Origin {
  readonly source: string
  readonly now: EpochMs
  readonly newId: () => string
}

/** Puts data into its envelope. */
export function makeEvent<T extends EventType>(
  type: T,
  subject: string,
  data: EventOf<T>['data'],
  { source, now, newId }: Origin,
): EventOf<T> {
  const event = {
    specversion: '1.0',
    id: newId(),
    source,
    type,
    time: isoTime(now),
    subject,
    datacontenttype: 'application/json',
    dataversion: 1,
    data,
  }
  return event as EventOf<T>
}
