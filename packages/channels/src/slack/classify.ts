import { permanent, transient, type KeynagError } from '@keynag/core'
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'

/** What went wrong at Slack. Only this file knows Slack's error codes. */
export type SlackFailure =
  | { readonly slackFailure: true; readonly kind: 'refused'; readonly why: string }
  /** Slack takes no message of the app in that conversation. */
  | {
      readonly slackFailure: true
      readonly kind: 'closed'
      readonly why: string
      readonly toError: (method: string) => KeynagError
    }
  | {
      readonly slackFailure: true
      readonly kind: 'throttled'
      readonly retryAfterSeconds: number | undefined
      readonly toError: (method: string) => KeynagError
    }
  | {
      readonly slackFailure: true
      readonly kind: FailingKind
      readonly toError: (method: string) => KeynagError
    }

/** `unauthorized`: Slack does not take the token, or not any more. */
type FailingKind = 'unavailable' | 'rejected' | 'unauthorized' | 'message-rejected'
type Failing = Extract<SlackFailure, { kind: FailingKind }>

export const isSlackError = (value: object): value is SlackFailure => 'slackFailure' in value

/** Refusals that concern this person only: another route may still work. */
const refusals: Readonly<Record<string, string>> = {
  users_not_found: 'Slack knows nobody by that address',
  user_not_found: 'Slack knows nobody by that address',
  user_not_visible: 'the app may not see that person on Slack',
  user_disabled: 'the Slack account is deactivated',
  cannot_dm_bot: 'that Slack account is a bot',
}

/** A channel that only an operator can mend. */
const closed: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such Slack channel, or the app may not post to it',
  not_in_channel: 'the app is not in that Slack channel',
  is_archived: 'that Slack channel is archived',
  restricted_action: 'Slack does not let the app post there',
  restricted_action_read_only_channel: 'that Slack channel is read-only',
  restricted_action_thread_only_channel: 'that Slack channel takes replies only',
}

/** Slack takes no message of this form or length. It takes others. */
const ofTheMessage: readonly string[] = [
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
  'blocks_mismatch',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_too_large',
  'metadata_must_be_sent_from_app',
  'no_text',
]

/** Slack refuses the token. Somebody may have put a new one into its place. */
const ofTheToken: readonly string[] = [
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
]

const throttles: readonly string[] = ['ratelimited', 'rate_limited', 'message_limit_exceeded']

const outages: readonly string[] = [
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
  'org_login_required',
]

/** Rethrows any error that does not come from Slack's client, unchanged. */
export function classifySlack(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return throttled(error.retryAfter, error)
  if (error instanceof WebAPIRequestError) return unavailable('did not answer', error)
  if (error instanceof WebAPIHTTPError) {
    // Slack itself answers errors of the request with HTTP 200.
    return unavailable(`answered HTTP ${error.statusCode}`, error)
  }
  if (error instanceof WebAPIPlatformError) return platform(error)
  // The client has no class of its own for a 429 without a usable Retry-After.
  if (error instanceof Error && error.message.startsWith('Retry header')) {
    return throttled(undefined, error)
  }
  // The client fails on an answer such as `null`, which a proxy may give.
  if (error instanceof TypeError) return unavailable(unreadable, error)
  throw error
}

const unreadable = 'gave an answer that is none of its own'

function platform(error: WebAPIPlatformError): SlackFailure {
  const code: unknown = error.data.error
  // Not Slack's: a proxy or an outage page answered in its place.
  if (typeof code !== 'string' || !/^[a-z_]{1,64}$/.test(code)) {
    return unavailable(unreadable, error)
  }
  const why = refusals[code]
  if (why !== undefined) return { slackFailure: true, kind: 'refused', why: `${why} (${code})` }
  if (throttles.includes(code)) return throttled(undefined, error)
  if (outages.includes(code)) return unavailable(`answered ${code}`, error)
  const isClosed = closed[code]
  if (isClosed !== undefined) return closedFor(`${isClosed} (${code})`, error)
  const failure = rejected(`answered ${code}`, error)
  if (ofTheToken.includes(code)) return { ...failure, kind: 'unauthorized' }
  return ofTheMessage.includes(code) ? { ...failure, kind: 'message-rejected' } : failure
}

const throttled = (retryAfterSeconds: number | undefined, cause: unknown): SlackFailure => ({
  slackFailure: true,
  kind: 'throttled',
  retryAfterSeconds,
  toError: (method) =>
    transient(
      'KEYNAG_THROTTLED',
      `Slack asked to slow down at ${method}` +
        (retryAfterSeconds === undefined ? '' : ` and to wait ${retryAfterSeconds} seconds`),
      cause,
    ),
})

const closedFor = (why: string, cause: unknown): SlackFailure => ({
  slackFailure: true,
  kind: 'closed',
  why,
  toError: (where) => permanent('KEYNAG_SLACK_REJECTED', `Slack ${where}: ${why}`, cause),
})

export const unavailable = (what: string, cause?: unknown): Failing => ({
  slackFailure: true,
  kind: 'unavailable',
  toError: (method) =>
    transient(
      'KEYNAG_UNAVAILABLE',
      `Slack ${what} at ${method}; the message may or may not be there`,
      cause,
    ),
})

const rejected = (what: string, cause: unknown): Failing => ({
  slackFailure: true,
  kind: 'rejected',
  toError: (method) => permanent('KEYNAG_SLACK_REJECTED', `Slack ${what} at ${method}`, cause),
})
