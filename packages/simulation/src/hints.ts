import { makeEvent } from '@keynag/core'
import type { Simulation } from './simulation.ts'

/** A message is only a hint. Anybody can send one, and a wrong one must do no harm. */

const originOf = (simulation: Simulation) => ({
  source: 'somebody',
  now: simulation.time,
  newId: () => simulation.uuid(),
})

/** Somebody sends a message that says that every rotation is due. */
export function hintAll(simulation: Simulation): void {
  for (const { accessKeyId } of simulation.books.entries.values()) {
    simulation.queues.send(
      makeEvent('rotation.due', accessKeyId, { accessKeyId }, originOf(simulation)),
    )
  }
}

/** Somebody sends a message that says that every undelivered notice is due. */
export function hintNotices(simulation: Simulation): void {
  for (const { noticeId, dueAt } of simulation.books.notices.values()) {
    if (dueAt === undefined) continue
    simulation.queues.send(makeEvent('notice.due', noticeId, { noticeId }, originOf(simulation)))
  }
}

/** Somebody sends a message that says that every escalation is due. */
export function hintEscalations(simulation: Simulation): void {
  for (const { accessKeyId } of simulation.books.entries.values()) {
    const event = makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, originOf(simulation))
    simulation.queues.send(event)
  }
}

/** Somebody sends a message that says that every nag is due. */
export function hintNags(simulation: Simulation): void {
  for (const { accessKeyId, audience } of simulation.books.entries.values()) {
    const data = { accessKeyId, audience }
    const event = makeEvent('key.stale', audience, data, originOf(simulation))
    simulation.queues.sendText('notify', JSON.stringify(event))
  }
}
