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
 * - `rateLimited`: 429 with `Retry-After` in whole seconds, which the SDK waits for in real time
 * - `httpError`: an HTTP status without a usable body
 * - `error`: `ok: false` with this error, e.g. `internal_error` or `account_inactive`
 * - `sent-then-failed`: the call takes effect and is answered with 500
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
   * Answer 429 to a second message within one second in a channel, as Slack does after a short
   * burst. Counted in real time, since the SDK waits in real time. Default: no limit.
   */
  limitPerChannel?: boolean
  /** 0, the default, takes a free port. */
  port?: number
}

export type Slack = Loopback & {
  /** For the SDK's `slackApiUrl`. */
  readonly apiUrl: string
  /** Every message posted, oldest first. */
  readonly messages: readonly SlackMessage[]
  /** Faults that the next calls of a method meet; default `chat.postMessage`. */
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
 * A small model of Slack's Web API on loopback. Bot tokens (`xoxb-…`) are accepted unseen, scopes
 * are not checked, and the bot is a member of every channel.
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
