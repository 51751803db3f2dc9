import {
  afterSend,
  afterFailedSend,
  brokenChannel,
  providerOf,
  done,
  isDown,
  isOngoingOutage,
  isoTime,
  minuteMs,
  park,
  whileTrying,
  type OutageSubject,
  type Message,
  type Notice,
  type Outage,
  type Outcome,
  type Route,
  type Sent,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { giveBack, releaseNotice } from './claim-notice.ts'

/** For a shorter pause the delivery waits itself, so that many messages go out at the provider's pace. */
const longestSleepMs = minuteMs
/** What sending and recording may take after the pause. */
const sendingMs = 30_000

type SendPorts = Pick<Ports, 'clock' | 'ledger' | 'messenger'>

type Failed = Extract<Sent, { kind: 'failed' }>

/** What became of a message. While it waits, its notice stays due, and the queue may forget it. */
export type SentOrWaits =
  | Exclude<Sent, Failed>
  | { readonly kind: 'waits'; readonly outcome: Outcome }

/**
 * Sends the message of a claimed notice. While its provider is down, it waits without a call, and one
 * message after the other tries whether the provider works again. If the message was not sent, the
 * notice is given back.
 */
export async function sendClaimed(
  ports: SendPorts,
  claimed: Notice,
  message: Message,
  routes: readonly Route[],
  remainingMs: () => number,
): Promise<SentOrWaits> {
  const now = ports.clock.now()
  const [first] = routes
  const outage = first === undefined ? undefined : await ports.ledger.outage(providerOf(first))
  const mustWait = isDown(outage, now) && !hasOtherWay(outage, routes)
  if (mustWait && !(await mayTry(ports, outage, remainingMs))) {
    await giveBack(ports, claimed, outage.provider, now)
    return { kind: 'waits', outcome: done(waitsFor(outage)) }
  }
  try {
    const sent = await ports.messenger.send(message, routes)
    const isNews = await noteChannels(ports, sent)
    if (sent.kind === 'failed' && sent.concerns !== undefined && sent.concerns !== 'provider') {
      return await unsent(ports, claimed, sent, isNews)
    }
    if (sent.kind === 'failed') {
      const outage = await noteFailed(ports, sent)
      // A refused message was not delivered, so it goes out when the pause is over.
      return (await hasWaited(ports, outage.after, remainingMs))
        ? await sendClaimed(ports, claimed, message, routes, remainingMs)
        : await failed(ports, claimed, sent, outage)
    }
    if (sent.kind === 'delivered' && hasEnded(outage, sent)) await noteSent(ports, outage.provider)
    return sent
  } catch (error) {
    await releaseNotice(ports, claimed, now)
    throw error
  }
}

/** Slack that is slow must not become a mail unnoticed. Slack that is broken keeps nobody from a mail. */
const hasOtherWay = ({ isBroken, provider }: Outage, routes: readonly Route[]): boolean =>
  isBroken === true && routes.some((route) => providerOf(route) !== provider)

/** A mail after a refusal by Slack shows that Slack answers, unless Slack is broken. */
const hasEnded = (
  outage: Outage | undefined,
  { delivery }: Extract<Sent, { kind: 'delivered' }>,
): outage is Outage =>
  isOngoingOutage(outage) &&
  (outage.isBroken === undefined || (delivery.channel === 'email') === (outage.provider === 'ses'))

const waitsFor = ({ provider, since, why }: Outage): string =>
  `waits: ${provider} has delivered nothing since ${isoTime(since)} (${why})`

/** Whether it is this message's turn to try a provider that is down, perhaps after a short pause. */
async function mayTry(
  { clock, ledger }: SendPorts,
  before: Outage,
  remainingMs: () => number,
): Promise<boolean> {
  if (before.isPause === true) return hasWaited({ clock }, before, remainingMs)
  const now = clock.now()
  if (before.nextTryAt > now) return false
  const after = whileTrying(before, now)
  const committed = await ledger.commit([{ kind: 'outage', before, after }])
  return committed.kind === 'committed'
}

/**
 * Waits for the end of a short pause, if there is time to send after it. `false`: the message has to wait
 * in the ledger. A worker that stops ends the sleep early.
 */
async function hasWaited(
  { clock }: Pick<SendPorts, 'clock'>,
  { isPause, nextTryAt }: Outage,
  remainingMs: () => number,
): Promise<boolean> {
  const pauseMs = nextTryAt - clock.now()
  const isShort = isPause === true && pauseMs <= longestSleepMs
  if (!isShort || remainingMs() < pauseMs + sendingMs) return false
  await clock.sleep(Math.max(0, pauseMs))
  return clock.now() >= nextTryAt
}

/** What became of the outage, by a message that failed. */
interface NotedOutage {
  readonly after: Outage
  /** Whether this message opened it. */
  readonly isNew: boolean
}

async function noteFailed(
  { clock, ledger }: SendPorts,
  { provider, error, pauseMs }: Failed,
): Promise<NotedOutage> {
  const before = await ledger.outage(provider)
  const trouble = { why: error.message, pauseMs, isBroken: error.errorClass === 'permanent' }
  const after = afterFailedSend(before, provider, trouble, clock.now())
  const committed = await ledger.commit([{ kind: 'outage', before, after }])
  return { after, isNew: committed.kind === 'committed' && !isOngoingOutage(before) }
}

/**
 * The first message that fails tells everybody: it opens the outage, and a permanent trouble makes one
 * dead letter, because an operator has to act. Those that fail after it only wait.
 */
async function failed(
  ports: SendPorts,
  claimed: Notice,
  { provider, error }: Failed,
  { after, isNew }: NotedOutage,
): Promise<SentOrWaits> {
  const now = ports.clock.now()
  if (isNew) await releaseNotice(ports, claimed, now, provider)
  else await giveBack(ports, claimed, provider, now)
  const isDeadLetter = isNew && error.errorClass === 'permanent'
  return {
    kind: 'waits',
    outcome: isDeadLetter ? park(error.code, error.message) : done(waitsFor(after)),
  }
}

/**
 * Only an operator can mend this message or this channel, and the reader is not at fault: the notice
 * waits, each time longer. One dead letter tells the operator of the channel, or of this message.
 */
async function unsent(
  ports: SendPorts,
  claimed: Notice,
  { concerns, error }: Failed,
  isNews: boolean,
): Promise<SentOrWaits> {
  await releaseNotice(ports, claimed, ports.clock.now())
  const isToTell = concerns === 'channel' ? isNews : claimed.attempts === 1
  const outcome = isToTell ? park(error.code, error.message) : done(`waits: ${error.message}`)
  return { kind: 'waits', outcome }
}

/** Opens an outage for each channel that was found broken, and ends the one of a channel that is mended. */
async function noteChannels({ clock, ledger }: SendPorts, sent: Sent): Promise<boolean> {
  if (sent.kind === 'undeliverable') return false
  let isNews = false
  const now = clock.now()
  for (const { channel, error } of sent.broken ?? []) {
    const before = await ledger.outage(channel)
    if (isOngoingOutage(before)) continue
    const after = brokenChannel(channel, error.message, now, before)
    const committed = await ledger.commit([{ kind: 'outage', before, after }])
    isNews ||= committed.kind === 'committed'
  }
  if (sent.kind === 'delivered' && sent.delivery.channel === 'slack-channel') {
    await noteSent({ clock, ledger }, sent.delivery.to)
  }
  return isNews
}

/** Another message may have failed or have been delivered meanwhile: then it has the last word. */
async function noteSent(
  { clock, ledger }: Pick<SendPorts, 'clock' | 'ledger'>,
  subject: OutageSubject,
): Promise<void> {
  const before = await ledger.outage(subject)
  const now = clock.now()
  if (!isOngoingOutage(before)) return
  await ledger.commit([{ kind: 'outage', before, after: afterSend(before, now) }])
}
