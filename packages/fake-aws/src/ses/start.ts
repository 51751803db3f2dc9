import { createServer } from 'node:http'
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
import { operationOf, sesActions } from './actions.ts'
import { failure, type SesAnswer } from './answer.ts'
import type { Mail } from './mail.ts'
import { mailbox, type SendQuota } from './mailbox.ts'
import type { MailReturn, Returning } from './returns.ts'

/**
 * - `throttled`: SES answers that the sending rate is exceeded, and sends nothing
 * - `quota`: SES answers that the quota of the day is used up, and sends nothing
 * - `failed`: SES answers 500 and sends nothing
 * - `sent-then-failed`: SES answers 500 but sends the mail; SendEmail has no idempotency token
 */
export type SesFault = 'throttled' | 'quota' | 'failed' | 'sent-then-failed'

export type SesOptions = {
  calls: Calls
  tap?: Tap
  clock: Clock
  /** Verified addresses and domains. Only these may send. */
  identities?: readonly string[]
  /** The existing configuration sets. A mail that names another one is refused. */
  configurationSets?: readonly string[]
  /** Default: 50,000 recipients a day. The rate is reported but not enforced. */
  quota?: SendQuota
  region?: string
  /** 0, the default, takes a free port. */
  port?: number
}

export type Ses = Loopback & {
  /** The accepted mails, oldest first. */
  readonly mails: readonly Mail[]
  /**
   * Addresses, in lower case, whose mails bounce or cause a complaint. SES accepts these mails. A
   * bounced recipient is in the mail's `bounced` at once; the event follows later, and only if the
   * mail names a configuration set.
   */
  readonly returning: Map<string, Returning>
  /** The events that SES publishes to SNS up to now, oldest first. Each is returned only once. */
  takeReturns(): MailReturn[]
  /** Faults for the next calls of SendEmail. */
  readonly faults: Faults<SesFault>
}

const answerOf = (fault: SesFault): SesAnswer => {
  switch (fault) {
    case 'throttled':
      return failure(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.')
    case 'quota':
      return failure(429, 'TooManyRequestsException', 'Daily message quota exceeded.')
    default:
      return failure(500, 'InternalFailure', 'The request processing has failed')
  }
}

/**
 * Starts SES v2 on loopback.
 *
 * Kept (SES API Reference and Developer Guide): only verified addresses and domains may send, the
 * daily quota counts recipients, configuration sets publish bounces and complaints. Recipients need not be verified, as in an account outside SES's own sandbox.
 *
 * Left out: raw and templated mails, the sending rate, delivery and open events, suppression lists, templates, DKIM and other
 * domain settings, attachments, signature checks, IAM policies.
 * @throws {PortInUse}
 */
export const startSes = async (options: SesOptions): Promise<Ses> => {
  const { calls, clock, identities = [], configurationSets = [], region = 'us-east-1' } = options
  const quota = options.quota ?? { max24HourSend: 50_000, maxSendRate: 14 }
  const box = mailbox(clock, region, identities, quota)
  const actions = sesActions(box, quota, configurationSets)
  const waiting = faults<SesFault>()

  const answer = (method: string, path: string, input: unknown): SesAnswer => {
    const { name, identity } = operationOf(method, path)
    calls.count(`ses:${name}`)
    calls.seen?.(`ses:${name}`, typeof input === 'object' && input !== null ? { ...input } : {})
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) return failure(404, 'UnknownOperationException', `there is no operation ${name}`)
    const fault = name === 'SendEmail' ? waiting.take() : undefined
    if (fault === 'sent-then-failed') action(input, identity)
    return fault === undefined ? action(input, identity) : answerOf(fault)
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        options.tap?.('SES', body)
        return answer(request.method ?? '', request.url ?? '', body === '' ? {} : JSON.parse(body))
      })
      .catch((error: unknown) => failure(500, 'InternalFailure', String(error)))
      .then(({ status, error, body }) => {
        const named = error === undefined ? {} : { 'x-amzn-errortype': error }
        response.writeHead(status, { 'content-type': 'application/json', ...named })
        return response.end(JSON.stringify(body))
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  const loopback = await listen(server, 'SES', options.port)
  return {
    ...loopback,
    mails: box.mails,
    returning: box.returning,
    takeReturns: () => box.takeReturns(),
    faults: waiting,
  }
}
