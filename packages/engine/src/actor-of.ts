import type { Actor, EventOf, EventType } from '@keynag/core'

/** Who writes a fact while a message is handled: the fact names the event of the message. */
export const actorOf = ({ type, id }: EventOf<EventType>): Actor => ({
  kind: 'delivery',
  event: type,
  eventId: id,
})
