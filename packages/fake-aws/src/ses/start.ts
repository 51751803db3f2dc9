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
import { sesActions } from './actions.ts'
import type { Mail } from './mail.ts'
import { mailbox, type SendQuota } from './mailbox.ts'
import { failure, type SesAnswer } from './query-xml.ts'
import type { MailReturn, Returning } from './returns.ts'

/**
 * - `throttled`: `Throttling`, nothing is sent
 * - `failed`: 500, nothing is sent
 * - `sent-then-failed`: 500, but the mail went out; SendEmail has no idempotency token
 */
export type SesFault = 'throttled' | 'failed' | 'sent-then-failed'

export type SesOptions = {
  calls: Calls
  tap?: Tap
  clock: Clock
  /** Verified addresses and domains; nobody else may send. */
  identities?: readonly string[]
  /** The configuration sets that there are; a mail that names another is refused. */
  configurationSets?: readonly string[]
  /** Default: 50,000 recipients a day; the rate is reported and not enforced. */
  quota?: SendQuota
  region?: string
  /** 0, the default, takes a free port. */
  port?: number
}

export type Ses = Loopback & {
  /** Everything accepted, oldest first. */
  readonly mails: readonly Mail[]
  /**
   * Addresses, in lower case, whose mails come back. They are accepted; bounces are in the mail's
   * `bounced` at once, and an event of the mail's configuration set tells of them later.
   */
  readonly returning: Map<string, Returning>
  /** What SES publishes to SNS until now, oldest first, each once. */
  takeReturns(): MailReturn[]
  /** Faults that the next SendEmail or SendRawEmail calls meet. */
  readonly faults: Faults<SesFault>
}

const answerOf = (fault: SesFault): SesAnswer =>
  fault === 'throttled'
    ? failure(400, 'Throttling', 'Maximum sending rate exceeded.')
    : failure(500, 'InternalFailure', 'The request processing has failed')

/**
 * SES v1 (the Query protocol) on loopback, with the mails it accepted. Recipients need not be
 * verified, as in an account outside the SES sandbox. Signatures are not verified.
 * @throws {PortInUse}
 */
export const startSes = async (options: SesOptions): Promise<Ses> => {
  const { calls, clock, identities = [], configurationSets = [], region = 'us-east-1' } = options
  const quota = options.quota ?? { max24HourSend: 50_000, maxSendRate: 14 }
  const box = mailbox(clock, region, identities, quota)
  const actions = sesActions(box, quota, configurationSets)
  const waiting = faults<SesFault>()

  const answer = (form: URLSearchParams): SesAnswer => {
    const name = form.get('Action') ?? ''
    calls.count(`ses:${name}`)
    calls.seen?.(`ses:${name}`, Object.fromEntries(form))
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) return failure(400, 'InvalidAction', `Could not find operation ${name}`)
    const fault = name.startsWith('Send') ? waiting.take() : undefined
    if (fault === 'sent-then-failed') action(form)
    return fault === undefined ? action(form) : answerOf(fault)
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        options.tap?.('SES', body)
        return answer(new URLSearchParams(body))
      })
      .catch((error: unknown) => failure(500, 'InternalFailure', String(error)))
      .then(({ status, xml }) => {
        response.writeHead(status, { 'content-type': 'text/xml' })
        return response.end(xml)
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
