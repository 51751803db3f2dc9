import type { EventOf, EventType } from './events/registry.ts'

/** What became of one delivery. A value, not an exception: a thrown error is transient or a bug. */
export type Outcome = Done | Next | Park

/** The message is finished with: its work is done, was done before, or is not due. */
export interface Done {
  readonly kind: 'done'
  readonly reason: string
}

/** Finished, and these messages carry the work on. Waiting is never a `Next`: it is a `dueAt`. */
export interface Next {
  readonly kind: 'next'
  readonly reason: string
  readonly events: readonly EventOf<EventType>[]
}

/** Can never succeed as it is: goes to the dead-letter queue now, with the reason. */
export interface Park {
  readonly kind: 'park'
  readonly code: string
  readonly reason: string
}

export const done = (reason: string): Done => ({ kind: 'done', reason })
export const next = (reason: string, events: readonly EventOf<EventType>[]): Next => ({
  kind: 'next',
  reason,
  events,
})
export const park = (code: string, reason: string): Park => ({ kind: 'park', code, reason })
