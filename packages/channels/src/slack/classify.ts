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
  | {
      readonly slackFailure: true
      readonly kind: 'throttled'
      readonly retryAfterSeconds: number | undefined
      readonly toError: (method: string) => KeynagError
    }
  | {
      readonly slackFailure: true
      readonly kind: 'unavailable' | 'rejected'
      readonly toError: (method: string) => KeynagError
    }

export const isSlackError = (value: object): value is SlackFailure => 'slackFailure' in value

/** Refusals that concern this person or channel only: another route may still work. */
const refusals: Readonly<Record<string, string>> = {
  users_not_found: 'Slack knows nobody by that address',
  user_not_found: 'Slack knows nobody by that address',
  user_not_visible: 'the app may not see that person on Slack',
  user_disabled: 'the Slack account is deactivated',
  cannot_dm_bot: 'that Slack account is a bot',
  channel_not_found: 'there is no such Slack channel, or the app may not post to it',
  not_in_channel: 'the app is not in that Slack channel',
  is_archived: 'that Slack channel is archived',
  restricted_action: 'Slack does not let the app post there',
  restricted_action_read_only_channel: 'that Slack channel is read-only',
  restricted_action_thread_only_channel: 'that Slack channel takes replies only',
}

const throttles: readonly string[] = ['ratelimited', 'rate_limited', 'message_limit_exceeded']

const outages: readonly string[] = [
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
  'org_login_required',
]

/** Rethrows any error that does not come from Slack, unchanged. */
export function classifySlack(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return throttled(error.retryAfter, error)
  if (error instanceof WebAPIRequestError) return unavailable('did not answer', error)
  if (error instanceof WebAPIHTTPError) {
    const status = `answered HTTP ${error.statusCode}`
    return error.statusCode >= 500 ? unavailable(status, error) : rejected(status, error)
  }
  if (error instanceof WebAPIPlatformError) return platform(error)
  // The client has no class of its own for a 429 without a usable Retry-After.
  if (error instanceof Error && error.message.startsWith('Retry header')) {
    return throttled(undefined, error)
  }
  throw error
}

function platform(error: WebAPIPlatformError): SlackFailure {
  const { error: code } = error.data
  const why = refusals[code]
  if (why !== undefined) return { slackFailure: true, kind: 'refused', why: `${why} (${code})` }
  if (throttles.includes(code)) return throttled(undefined, error)
  if (outages.includes(code)) return unavailable(`answered ${code}`, error)
  // Not JSON: a proxy or an outage page answered in Slack's place.
  if (!/^[a-z_]{1,64}$/.test(code)) return unavailable('gave an answer that is not JSON', error)
  return rejected(`answered ${code}`, error)
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

const unavailable = (what: string, cause: unknown): SlackFailure => ({
  slackFailure: true,
  kind: 'unavailable',
  toError: (method) =>
    transient(
      'KEYNAG_UNAVAILABLE',
      `Slack ${what} at ${method}; the message may or may not be there`,
      cause,
    ),
})

const rejected = (what: string, cause: unknown): SlackFailure => ({
  slackFailure: true,
  kind: 'rejected',
  toError: (method) => permanent('KEYNAG_SLACK_REJECTED', `Slack ${what} at ${method}`, cause),
})
