import type { EventOf, EventType } from './events/registry.ts'

/** The result of handling one message. A thrown error is transient or a bug, never an outcome. */
export type Outcome = Done | Next | Park

/** The message is finished: its work is done, was done before, or is not due. */
export interface Done {
  readonly kind: 'done'
  readonly reason: string
}

/**
 * The message is finished, and `events` continue its work. To wait, a verb never returns `Next`: it
 * writes `dueAt`, because every receive counts towards SQS's limit.
 */
export interface Next {
  readonly kind: 'next'
  readonly reason: string
  readonly events: readonly EventOf<EventType>[]
}

/** The message can never succeed as it is: it goes to the dead-letter queue now, with the reason. */
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
