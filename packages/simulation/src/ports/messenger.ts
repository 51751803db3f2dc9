import {
  epochMs,
  isoTime,
  type AccessKeyId,
  type Message,
  type Route,
  type Sent,
} from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

/** Sends a message by the first route that reaches somebody. Mail that bounces is accepted too. */
export function deliver(
  simulation: PortsRun,
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
    const named = namedBy(message, simulation.keysPerLetter)
    const messageId = letters.take(message, named, to, simulation.now, cameBack)
    if (cameBack) simulation.later(bouncesAfterMs, () => bounce(simulation, messageId))
    return { kind: 'delivered', delivery: { channel: route.via, to, messageId }, named }
  }
  return { kind: 'undeliverable', why: 'no way reaches anybody' }
}

/** A message has room for so many of its keys, the oldest first. */
function namedBy(message: Message, room: number): readonly AccessKeyId[] {
  if (message.kind === 'digest') return []
  const keys = message.kind === 'nag' ? message.keys : [message.key]
  return keys
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .slice(0, room)
    .map(({ accessKeyId }) => accessKeyId)
}

/** A mail comes back (SES Developer Guide, Event data that SES publishes to SNS). */
export function bounce({ letters, queues }: PortsRun, messageId: string): void {
  const sentAt = letters.all.find((letter) => letter.messageId === messageId)?.at
  if (sentAt === undefined) throw new Error(`no mail ${messageId} was sent`)
  const event = {
    eventType: 'Bounce',
    bounce: { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: [] },
    mail: { messageId, timestamp: isoTime(epochMs(sentAt)) },
  }
  queues.sendText('bounces', JSON.stringify(event))
}
