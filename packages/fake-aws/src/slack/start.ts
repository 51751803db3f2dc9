import { createServer, type IncomingMessage } from 'node:http'
import {
  faults,
  listen,
  readBody,
  type Calls,
  type Clock,
  type Faults,
  type Loopback,
  type Tap,
} from '../loopback/index.ts'
import type { SlackChannel, SlackMessage, SlackUser } from './message.ts'
import { slackMethods } from './methods.ts'
import { parseParameters, textOf, type Parameters } from './parameters.ts'
import { workspace } from './workspace.ts'

/**
 * - `rateLimited`: 429 with `Retry-After` in whole seconds; the SDK waits that long in real time
 * - `httpError`: an HTTP status without a usable body
 * - `error`: `ok: false` with this error, e.g. `internal_error` or `account_inactive`
 * - `sent-then-failed`: the call takes effect, and Slack answers 500
 */
export type SlackFault =
  | { kind: 'rateLimited'; retryAfterSeconds: number }
  | { kind: 'httpError'; status: number }
  | { kind: 'error'; error: string }
  | { kind: 'sent-then-failed' }

export type SlackOptions = {
  calls: Calls
  tap?: Tap
  clock: Clock
  users?: readonly SlackUser[]
  channels?: readonly SlackChannel[]
  /**
   * Whether to answer 429 to a second message in a channel within one second, as Slack does after a
   * short burst. The second is real time, because the SDK waits in real time. Default: no limit.
   */
  limitPerChannel?: boolean
  /** 0, the default, takes a free port. */
  port?: number
}

export type Slack = Loopback & {
  /** The value for the SDK's option `slackApiUrl`. */
  readonly apiUrl: string
  /** The posted messages, oldest first. */
  readonly messages: readonly SlackMessage[]
  /** Faults for the next calls of a method; default `chat.postMessage`. */
  faults(method?: string): Faults<SlackFault>
}

type Answer = { status: number; body: object; headers?: Record<string, string> }
const answer = (body: object): Answer => ({ status: 200, body })
const refuse = (error: string): Answer => answer({ ok: false, error })
const rateLimited = (seconds: number): Answer => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { ok: false, error: 'ratelimited' },
})
const serverError = (status: number): Answer => ({ status, body: {} })

const tokenOf = (request: IncomingMessage, parameters: Parameters) =>
  /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? textOf(parameters, 'token')

/**
 * Starts a small model of Slack's Web API on loopback (https://docs.slack.dev/reference/methods).
 *
 * Kept: auth.test, users.lookupByEmail, conversations.open and chat.postMessage with their error
 * names, the limits of Block Kit, one message per second in a channel (optional), `Retry-After`.
 *
 * Left out: every other method, token scopes (any `xoxb-…` token is accepted), membership (the bot
 * is in every channel), conversations with several people, edits, interactivity.
 * @throws {PortInUse}
 */
export const startSlack = async (options: SlackOptions): Promise<Slack> => {
  const messages: SlackMessage[] = []
  const people = workspace(options.users ?? [], options.channels ?? [])
  const methods = slackMethods(people, options.clock, messages)
  const waiting = new Map<string, Faults<SlackFault>>()
  const faultsOf = (method = 'chat.postMessage') => {
    const known = waiting.get(method) ?? faults<SlackFault>()
    waiting.set(method, known)
    return known
  }
  const lastPost = new Map<string, number>()

  const tooFast = (parameters: Parameters) => {
    const channel = people.conversation(textOf(parameters, 'channel'))?.id
    if (!options.limitPerChannel || channel === undefined) return false
    const now = performance.now()
    if (now - (lastPost.get(channel) ?? -Infinity) < 1000) return true
    lastPost.set(channel, now)
    return false
  }

  const meet = (fault: SlackFault, act: () => object): Answer => {
    if (fault.kind === 'rateLimited') return rateLimited(fault.retryAfterSeconds)
    if (fault.kind === 'httpError') return serverError(fault.status)
    if (fault.kind === 'error') return refuse(fault.error)
    act()
    return serverError(500)
  }

  const call = async (request: IncomingMessage): Promise<Answer> => {
    const name = /^\/api\/([\w.]+)/.exec(request.url ?? '')?.[1] ?? ''
    options.calls.count(`slack:${name}`)
    const body = await readBody(request)
    options.tap?.('Slack', body)
    const parameters = parseParameters(request.headers['content-type'] ?? '', body)
    if (!parameters) return refuse('invalid_json')
    const token = tokenOf(request, parameters)
    if (token === '') return refuse('not_authed')
    if (!token.startsWith('xoxb-')) return refuse('invalid_auth')
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    if (!method) return refuse('unknown_method')
    const fault = faultsOf(name).take()
    if (fault) return meet(fault, () => method(parameters))
    return name === 'chat.postMessage' && tooFast(parameters)
      ? rateLimited(1)
      : answer(method(parameters))
  }

  const server = createServer((request, response) => {
    call(request)
      .catch(() => serverError(500))
      .then(({ status, headers, body }) => {
        response.writeHead(status, {
          'content-type': 'application/json; charset=utf-8',
          ...headers,
        })
        return response.end(JSON.stringify(body))
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  const loopback = await listen(server, 'Slack', options.port)
  return { ...loopback, apiUrl: `${loopback.url}/api/`, messages, faults: faultsOf }
}
