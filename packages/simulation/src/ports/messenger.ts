import type { Message, Route, Sent } from '@keynag/core'
import { bounce } from '../hints.ts'
import type { Invocation } from '../invocation.ts'
import type { Simulation } from '../simulation.ts'

/** Sends a message by the first route that reaches somebody. Mail that bounces is accepted too. */
export function deliver(
  simulation: Simulation,
  invocation: Invocation,
  message: Message,
  routes: readonly Route[],
): Sent {
  const { letters, unreachable, bouncing, recoveries, checks } = simulation
  if (letters.has(message.noticeId)) recoveries.add('notice-again')
  checks.sends(invocation, message)
  for (const route of routes) {
    const to = route.via === 'slack-channel' ? route.channel : route.email
    if (unreachable.has(to)) continue
    const bouncesAfterMs = route.via === 'email' ? bouncing.get(to) : undefined
    const cameBack = bouncesAfterMs !== undefined
    const messageId = letters.take(message, to, simulation.now, cameBack)
    if (cameBack) simulation.later(bouncesAfterMs, () => bounce(simulation, messageId))
    return { kind: 'delivered', delivery: { channel: route.via, to, messageId } }
  }
  return { kind: 'undeliverable', why: 'no way reaches anybody' }
}
