import {
  epochMs,
  isoTime,
  minuteMs,
  permanent,
  type BrokenChannel,
  type Message,
  type Route,
  type Sent,
} from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'
import { rendered } from './rendered.ts'

/**
 * Sends a message by the first route that reaches somebody. Mail that bounces is accepted too. `call`
 * is the number of the sender's call.
 */
export function deliver(
  simulation: PortsRun,
  invocation: Invocation,
  message: Message,
  routes: readonly Route[],
  call: number,
): Sent {
  const { letters, unreachable, bouncing, answering, recoveries, checks } = simulation
  if (letters.has(message.noticeId)) recoveries.add('notice-again')
  checks.sends(invocation, message)
  const broken: BrokenChannel[] = []
  for (const route of routes) {
    const to = route.via === 'slack-channel' ? route.channel : route.email
    if (unreachable.has(to)) {
      if (route.via === 'slack-channel') broken.push({ channel: to, error: archived(to) })
      continue
    }
    const bouncesAfterMs = route.via === 'email' ? bouncing.get(to) : undefined
    const cameBack = bouncesAfterMs !== undefined
    if (route.via !== 'slack-channel') checks.reaches(invocation, message, to)
    const content = rendered(message, route.via, simulation.keysPerLetter)
    const letter = letters.take(message, content, to, simulation.now, {
      cameBack,
      isUnrecordable: () => invocation.hasFailedSince(call),
    })
    checks.arrives(letter)
    const { messageId, named } = letter
    if (cameBack) simulation.later(bouncesAfterMs, () => bounce(simulation, messageId))
    if (route.via === 'email' && answering.has(to)) {
      simulation.later(minuteMs, () => answer(simulation, messageId))
    }
    return { kind: 'delivered', delivery: { channel: route.via, to, messageId }, named, broken }
  }
  const [first] = broken
  if (first !== undefined) {
    return { kind: 'failed', provider: 'slack', error: first.error, concerns: 'channel', broken }
  }
  return { kind: 'undeliverable', why: 'no way reaches anybody' }
}

const archived = (channel: string) =>
  permanent('KEYNAG_SLACK_REJECTED', `Slack ${channel}: that Slack channel is archived`)

/** How SES says that a mail reached nobody: refused for good, or given up after many tries. */
const failures = [
  { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: [{ status: '5.1.1' }] },
  { bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients: [{ status: '4.4.7' }] },
] as const

/** A mail comes back, in one of the two ways by turns. */
export function bounce(run: PortsRun, messageId: string): void {
  const nth = run.letters.all.findIndex((letter) => letter.messageId === messageId)
  publishBounce(run, messageId, failures[nth % 2 === 0 ? 0 : 1])
}

/** The mailbox took the mail and answers by itself. SES publishes that as a bounce too. */
const answer = (run: PortsRun, messageId: string): void =>
  publishBounce(run, messageId, {
    bounceType: 'Transient',
    bounceSubType: 'General',
    bouncedRecipients: [{}],
  })

/** SES Developer Guide, Event data that SES publishes to SNS. */
function publishBounce({ letters, queues }: PortsRun, messageId: string, said: object): void {
  const sentAt = letters.all.find((letter) => letter.messageId === messageId)?.at
  if (sentAt === undefined) throw new Error(`no mail ${messageId} was sent`)
  const mail = { messageId, timestamp: isoTime(epochMs(sentAt)) }
  queues.sendText('bounces', JSON.stringify({ eventType: 'Bounce', bounce: said, mail }))
}
