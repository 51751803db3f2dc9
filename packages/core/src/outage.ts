import { z } from 'zod'
import type { Route } from './message.ts'
import { EpochMs, minuteMs, plusMs } from './time.ts'

/** A provider of messages. Its routes fail together: `slack` also posts to Slack's providers. */
export const Provider = z.enum(['slack', 'ses'])
export type Provider = z.infer<typeof Provider>
export const providers = Provider.options

export const providerOf = ({ via }: Pick<Route, 'via'>): Provider =>
  via === 'email' ? 'ses' : 'slack'

/** A provider, or a Slack channel by its name or ID. */
export type OutageSubject = Provider | (string & {})

export const outageSubject = ({ channel, provider }: Outage): OutageSubject => channel ?? provider

/**
 * A provider delivers nothing, whoever the message is for. All messages wait for it together: one of
 * them tries from time to time, so that a trouble makes few calls, and none of them is lost.
 */
export const Outage = z.object({
  provider: Provider,
  /** Only this Slack channel takes no message. */
  channel: z.string().optional(),
  since: EpochMs,
  why: z.string(),
  /** How often a message has tried in vain. */
  failures: z.number().int().min(1),
  /** When one message may try again. */
  nextTryAt: EpochMs,
  /** The provider only asked to slow down: at `nextTryAt` it is over by itself. */
  isPause: z.literal(true).optional(),
  /** Only an operator can mend it, so it keeps nobody from being told in another way. */
  isBroken: z.literal(true).optional(),
  /** A message was delivered. */
  endedAt: EpochMs.optional(),
  version: z.number().int().min(1),
})
export type Outage = z.infer<typeof Outage>

/** Less than the time between two sweeps, so that each sweep finds out whether it is over. */
const tryAgainMs = 4 * minuteMs
/** How long one try may take: as long as the lease on a notice. */
const tryingMs = 6 * minuteMs

/** An outage that no delivered message has ended. */
export const isOngoingOutage = (outage: Outage | undefined): outage is Outage =>
  outage !== undefined && outage.endedAt === undefined

/** Whether no message may be sent now, but for one that tries. */
export const isDown = (outage: Outage | undefined, now: EpochMs): outage is Outage =>
  isOngoingOutage(outage) && (outage.isPause === undefined || outage.nextTryAt > now)

interface Trouble {
  readonly why: string
  readonly pauseMs?: number | undefined
  readonly isBroken?: boolean
}

/** A provider that only slows down delivers a message after as many pauses. */
const mostPauses = 3

/**
 * The outage after a message could not be sent. `pauseMs` is how long the provider asked to wait. If it
 * did not, or asks again and again, one message after the other has to find out whether it works again.
 */
export function afterFailedSend(
  before: Outage | undefined,
  provider: Provider,
  { why, pauseMs, isBroken = false }: Trouble,
  now: EpochMs,
): Outage {
  const earlier = isOngoingOutage(before) ? before : undefined
  // It was on its way when another message was asked to wait: no news, unless it has to wait longer.
  const isSamePause = pauseMs !== undefined && earlier?.isPause === true && earlier.nextTryAt > now
  const failures = (earlier?.failures ?? 0) + (isSamePause ? 0 : 1)
  const isPause = pauseMs !== undefined && failures <= mostPauses
  const nextTryAt = plusMs(now, isPause ? pauseMs : Math.max(tryAgainMs, pauseMs ?? 0))
  return {
    provider,
    since: earlier?.since ?? now,
    why,
    failures,
    nextTryAt: isSamePause && earlier.nextTryAt > nextTryAt ? earlier.nextTryAt : nextTryAt,
    ...(isPause ? { isPause } : {}),
    ...(isBroken ? { isBroken } : {}),
    version: (before?.version ?? 0) + 1,
  }
}

/** One message tries whether the provider works again, and the others wait for its result. */
export const whileTrying = (outage: Outage, now: EpochMs): Outage => ({
  ...outage,
  nextTryAt: plusMs(now, tryingMs),
  version: outage.version + 1,
})

/** Only an operator can mend the channel; messages that have another way take it. */
export const brokenChannel = (
  channel: string,
  why: string,
  now: EpochMs,
  before: Outage | undefined,
): Outage => ({
  provider: 'slack',
  channel,
  since: now,
  why,
  failures: 1,
  nextTryAt: now,
  isBroken: true,
  version: (before?.version ?? 0) + 1,
})

export const afterSend = (outage: Outage, now: EpochMs): Outage => ({
  ...outage,
  endedAt: now,
  version: outage.version + 1,
})
