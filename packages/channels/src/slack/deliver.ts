import type { Concern, Message, Route } from '@keynag/core'
import { LogLevel, WebClient, type Logger } from '@slack/web-api'
import { refused, type Attempt } from '../attempt.ts'
import { classifySlack, isSlackError, unavailable, type SlackFailure } from './classify.ts'
import { renderSlack } from './render.ts'

export interface SlackOptions {
  /** A bot token with `chat:write`, `users:read`, `users:read.email` and, for public channels that
   * the app has not joined, `chat:write.public`. */
  readonly token: string
  /** Reads the token again when Slack refuses the one that it has. */
  readonly renewedToken?: () => Promise<string>
  /** Milliseconds. With it, people who were found by their address are remembered for a while. */
  readonly now?: () => number
  /** Slack's own URL by default. */
  readonly slackApiUrl?: string
  /** Used to wait for a short Retry-After. Without it, every throttle is thrown. */
  readonly sleep?: (ms: number) => Promise<void>
  readonly timeoutMs?: number
}

export type SlackRoute = Extract<Route, { via: 'slack' | 'slack-channel' }>

/** The longest Retry-After, in seconds, for which this code waits; beyond it the queue waits. */
const longestWaitSeconds = 3
const waits = 2

/** Slack takes messages to people who have left, so nobody is remembered for longer than half a day. */
const rememberedMs = 12 * 3_600_000

type Call<T> = (client: WebClient) => Promise<T>

/**
 * Posts a message to a person, found by e-mail address, or to a channel.
 *
 * Slack has no idempotency key for apps: `client_msg_id` is in the error list of chat.postMessage
 * but not among its arguments, and Slack's maintainers reserve it for their own clients
 * (java-slack-sdk #852). After a lost answer the message may therefore be posted twice. The notice
 * ID travels as message metadata, so that a duplicate can be recognised.
 *
 * It fails with a transient `KEYNAG_THROTTLED` or `KEYNAG_UNAVAILABLE`, or a permanent
 * `KEYNAG_SLACK_REJECTED`.
 */
export function slackDelivery(options: SlackOptions) {
  const clientFor = (token: string): WebClient =>
    new WebClient(token, {
      ...(options.slackApiUrl === undefined ? {} : { slackApiUrl: options.slackApiUrl }),
      timeout: options.timeoutMs ?? 10_000,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: silent,
    })
  let { token } = options
  let client = clientFor(token)

  const patiently = async <T>(call: Call<T>, left = waits): Promise<T | SlackFailure> => {
    try {
      return await call(client)
    } catch (error) {
      const failure = classifySlack(error)
      const { sleep } = options
      const seconds = failure.kind === 'throttled' ? failure.retryAfterSeconds : undefined
      if (seconds === undefined || seconds > longestWaitSeconds || left === 0) return failure
      if (sleep === undefined) return failure
      await sleep(seconds * 1_000)
      return patiently(call, left - 1)
    }
  }

  /** Whether there is another token than the one that was refused. */
  const hasNewToken = async (refusedToken: string): Promise<boolean> => {
    // If it cannot be read, Slack's refusal is what an operator has to know.
    const fresh = await options.renewedToken?.().catch(() => undefined)
    if (fresh !== undefined && fresh !== token) {
      token = fresh
      client = clientFor(fresh)
    }
    return token !== refusedToken
  }

  const ask = async <T extends object>(call: Call<T>): Promise<T | SlackFailure> => {
    const used = token
    const answer = await patiently(call)
    const isRefused = isSlackError(answer) && answer.kind === 'unauthorized'
    return isRefused && (await hasNewToken(used)) ? patiently(call) : answer
  }

  const remembered = new Map<string, { readonly id: string; readonly until: number }>()

  const userOf = async (email: string): Promise<string | Attempt> => {
    const known = remembered.get(email)
    const now = options.now?.()
    if (known !== undefined && now !== undefined && now < known.until) return known.id
    const found = await ask((slack) => slack.users.lookupByEmail({ email }))
    if (isSlackError(found)) return outcomeOf(found, 'users.lookupByEmail')
    const { user } = found
    if (user?.id === undefined) return outcomeOf(unavailable('named nobody'), 'users.lookupByEmail')
    if (user.deleted === true) return refused('the Slack account is deactivated')
    if (now !== undefined) remembered.set(email, { id: user.id, until: now + rememberedMs })
    return user.id
  }

  return async (message: Message, route: SlackRoute): Promise<Attempt> => {
    const to = route.via === 'slack' ? route.email : route.channel
    // Slack takes a channel's plain name or ID. A user's ID opens the direct message.
    const target = route.via === 'slack' ? await userOf(to) : to.replace(/^#/, '')
    if (typeof target !== 'string') return target
    const { text, blocks, named } = renderSlack(message)
    const post = {
      channel: target,
      text,
      blocks: blocks.map((block) => ({ ...block })),
      unfurl_links: false,
      unfurl_media: false,
      metadata: {
        event_type: 'keynag_notice',
        event_payload: { notice_id: message.noticeId, kind: message.kind },
      },
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
    const posted = await ask((slack) => slack.chat.postMessage(post))
    if (isSlackError(posted)) {
      remembered.delete(to)
      return posted.kind === 'closed' && route.via === 'slack'
        ? refused(posted.why)
        : outcomeOf(posted, posted.kind === 'closed' ? to : 'chat.postMessage')
    }
    // A proxy may answer in place of Slack.
    if (posted.ts === undefined) return outcomeOf(unavailable('named no post'), 'chat.postMessage')
    const messageId = `${posted.channel ?? target}/${posted.ts}`
    return { kind: 'delivered', delivery: { channel: route.via, to, messageId }, named }
  }
}

function outcomeOf(failure: SlackFailure, method: string): Attempt {
  if (failure.kind === 'refused') return refused(failure.why)
  const failed = {
    kind: 'failed',
    error: failure.toError(method),
    concerns: concernOf(failure),
  } as const
  const seconds = failure.kind === 'throttled' ? failure.retryAfterSeconds : undefined
  return seconds === undefined ? failed : { ...failed, pauseMs: seconds * 1_000 }
}

function concernOf({ kind }: SlackFailure): Concern {
  if (kind === 'closed') return 'channel'
  return kind === 'message-rejected' ? 'message' : 'provider'
}

/** By default the client prints names and addresses to the console. */
const nothing = (): void => undefined
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
}
