import { ambiguous, KeynagError, permanent, transient, type ErrorCode } from '@keynag/core'

/** The call that failed. */
export interface Call {
  /** The operation by IAM's name, such as `iam:ListAccessKeys`. */
  readonly operation: string
  readonly accountId?: string
  /**
   * `once`: repeating the call has another effect, so without an answer the effect is unknown.
   * `repeated`: the SDK has repeated the call. A refusal of the repeat says nothing of the first one.
   */
  readonly effect?: 'once' | 'repeated'
  /** The request or the answer holds a secret, so the error quotes neither. */
  readonly secret?: boolean
}

/** Refusals that our adapters handle themselves. */
export type Refusal =
  | 'no-such-entity'
  | 'limit-exceeded'
  | 'already-exists'
  | 'being-deleted'
  | 'denied'
  | 'unauthenticated'
  | 'report-not-present'
  | 'report-in-progress'
  | 'report-expired'

/** AWS's codes without `Exception`: the SDK writes the same code with and without it. */
const refusals: Readonly<Record<string, Refusal>> = {
  NoSuchEntity: 'no-such-entity',
  ResourceNotFound: 'no-such-entity',
  LimitExceeded: 'limit-exceeded',
  ReportGenerationLimitExceeded: 'limit-exceeded',
  ResourceExists: 'already-exists',
  ResourceInUse: 'already-exists',
  AccessDenied: 'denied',
  UnauthorizedOperation: 'denied',
  NotAuthorized: 'denied',
  RegionDisabled: 'denied',
  InvalidClientTokenId: 'unauthenticated',
  UnrecognizedClient: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  InvalidSignature: 'unauthenticated',
  InvalidAccessKeyId: 'unauthenticated',
  AuthFailure: 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  MissingAuthenticationToken: 'unauthenticated',
  CredentialReportNotPresent: 'report-not-present',
  ReportNotPresent: 'report-not-present',
  CredentialReportNotReady: 'report-in-progress',
  ReportInProgress: 'report-in-progress',
  CredentialReportExpired: 'report-expired',
  ReportExpired: 'report-expired',
}

const throttles = new Set([
  'Throttling',
  'Throttled',
  'ThrottlingError',
  'TooManyRequests',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ProvisionedThroughputExceeded',
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'SlowDown',
  'OverLimit',
  'KmsThrottled',
])

/** Temporary states of AWS that come with a 4xx status. */
const passing = new Set([
  'ConcurrentModification',
  'EntityTemporarilyUnmodifiable',
  'TransactionConflict',
  'TransactionInProgress',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'RequestTimeout',
])

/** SQS's codes in its two protocols, JSON and query. */
const missingQueues = new Set([
  'QueueDoesNotExist',
  'NonExistentQueue',
  'AWS.SimpleQueueService.NonExistentQueue',
])

/** Errors of Node and of the SDK's HTTP handler that mean that no answer came. */
const unanswered = new Set([
  'TimeoutError',
  'AbortError',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Errors that mean that the request was never sent. */
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])

/** The meaning of AWS's refusal, or `undefined` when no adapter handles it. */
export function refusalOf(error: unknown): Refusal | undefined {
  const { name, message } = read(error)
  if (name === 'InvalidRequest' && /delet/i.test(message)) return 'being-deleted'
  return Object.hasOwn(refusals, name) ? refusals[name] : undefined
}

/**
 * Whether a refusal is about this access key. A NoSuchEntity then says that the key is missing: "The Access Key with id AKIA… cannot
 * be found." A missing user has the same code: "The user with name … cannot be found." A user name
 * has no spaces, so a user cannot be taken for a key. `false` also where the message says neither.
 */
export function missesKey(error: unknown, accessKeyId: string): boolean {
  const { message } = read(error)
  return /\baccess key\b/i.test(message) && message.includes(accessKeyId)
}

/** Whether the SDK sent the request more than once. */
export function wasRepeated(error: unknown): boolean {
  const attempts = field(field(error, '$metadata'), 'attempts')
  return typeof attempts === 'number' && attempts > 1
}

/**
 * The only place that knows how AWS and the network fail. Returns the error to throw. An error that
 * does not come from AWS or the network is a bug, and is returned unchanged.
 */
export function classify(error: unknown, call: Call): Error {
  if (error instanceof KeynagError) return error
  const seen = read(error)
  const failure = failureOf(seen, call)
  if (failure === undefined) {
    if (call.effect !== 'once') return error instanceof Error ? error : new Error(String(error))
    return unknownEffect(error, seen, call)
  }
  if (call.effect === 'repeated' && failure.make === permanent) {
    return unknownEffect(error, seen, call)
  }
  if (failure.answered || call.effect !== 'once') {
    const { make, code } = failure
    return make(code, sentence(seen, call), causeOf(error, seen, call))
  }
  return unknownEffect(error, seen, call)
}

/** Runs one call, and classifies the error that it throws. */
export async function calling<T>(call: Call, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw classify(error, call)
  }
}

interface Seen {
  readonly name: string
  readonly message: string
  readonly status: number | undefined
  readonly requestId: string | undefined
  /** Node's code of this error or of one that caused it, such as `ECONNRESET`. */
  readonly network: string | undefined
}

interface Failure {
  readonly make: typeof transient
  readonly code: ErrorCode
  /** AWS said that it did nothing, or nothing was sent. */
  readonly answered: boolean
}

const answer = (make: typeof transient, code: ErrorCode): Failure => ({
  make,
  code,
  answered: true,
})

function failureOf(seen: Seen, call: Call): Failure | undefined {
  const { name, status, network } = seen
  if (throttles.has(name) || status === 429) return answer(transient, 'KEYNAG_THROTTLED')
  if (passing.has(name)) return answer(transient, 'KEYNAG_UNAVAILABLE')
  if (isUnreadable(seen)) {
    return { make: transient, code: 'KEYNAG_ANSWER_UNREADABLE', answered: false }
  }
  const lack = lackOfCredentials(seen)
  if (lack !== undefined) return answer(transient, lack)
  if (/^region is missing/i.test(seen.message)) return answer(permanent, 'KEYNAG_REGION_MISSING')
  if (name === 'AWSOrganizationsNotInUse') {
    return answer(permanent, 'KEYNAG_ORGANIZATION_MISSING')
  }
  if (missingQueues.has(name)) return answer(permanent, 'KEYNAG_QUEUE_MISSING')
  const refusal = Object.hasOwn(refusals, name) ? refusals[name] : undefined
  if (refusal === 'unauthenticated') return answer(permanent, 'KEYNAG_CREDENTIALS_REFUSED')
  if (refusal === 'denied') {
    const isOfOrganization = call.operation.startsWith('organizations:')
    return answer(
      permanent,
      isOfOrganization ? 'KEYNAG_ORGANIZATION_DENIED' : 'KEYNAG_ACCESS_DENIED',
    )
  }
  if (refusal === 'limit-exceeded') return answer(transient, 'KEYNAG_THROTTLED')
  if (refusal === 'no-such-entity' && call.operation.startsWith('dynamodb:')) {
    return answer(permanent, 'KEYNAG_LEDGER_MISSING')
  }
  if (network !== undefined && unsent.has(network)) return answer(transient, 'KEYNAG_UNAVAILABLE')
  if (status !== undefined && status >= 400 && status < 500) {
    return answer(permanent, 'KEYNAG_REQUEST_REJECTED')
  }
  if (network !== undefined || (status !== undefined && status >= 500)) {
    return { make: transient, code: 'KEYNAG_UNAVAILABLE', answered: false }
  }
  // A refusal without a status does not come from AWS, unless the SDK itself made it from one.
  return refusal === undefined ? undefined : answer(permanent, 'KEYNAG_REQUEST_REJECTED')
}

/** A web page in place of an answer, or an answer that ends too early. */
const isUnreadable = ({ name, message }: Seen): boolean =>
  name === 'WebPage' || message.includes('Deserialization error')

/**
 * Why the SDK has no credentials to call with. An expired session has new ones at the next try of a
 * function, so these errors pass.
 */
function lackOfCredentials({ name, message }: Seen): ErrorCode | undefined {
  if (name.startsWith('ExpiredToken')) return 'KEYNAG_CREDENTIALS_EXPIRED'
  if (!name.endsWith('ProviderError')) return undefined
  if (/\bsso\b/i.test(message)) return 'KEYNAG_SSO_LOGIN_NEEDED'
  return /expired/i.test(message) ? 'KEYNAG_CREDENTIALS_EXPIRED' : 'KEYNAG_CREDENTIALS_MISSING'
}

const unknownEffect = (error: unknown, seen: Seen, call: Call): KeynagError =>
  ambiguous(
    'KEYNAG_EFFECT_UNKNOWN',
    `${where(call)}: no answer that says whether it took effect`,
    causeOf(error, seen, call),
  )

const where = ({ operation, accountId }: Call): string =>
  accountId === undefined ? operation : `${operation} in account ${accountId}`

function sentence({ name, network, message }: Seen, call: Call): string {
  if (call.secret === true) return `${where(call)}: ${network ?? name}`
  // The SDK adds advice for programmers after a line break.
  const [said = ''] = message.split('\n')
  return `${where(call)}: ${said === '' ? (network ?? name) : said}`
}

/** The SDK attaches the raw response to its errors, and a parser's message may quote it. */
function causeOf(error: unknown, { name, status, requestId }: Seen, call: Call): unknown {
  if (call.secret !== true) return error
  return new Error(`${name} (HTTP ${status ?? 'none'}, request ${requestId ?? 'unknown'})`)
}

function read(error: unknown): Seen {
  const metadata = field(error, '$metadata')
  const status = field(metadata, 'httpStatusCode')
  const requestId = field(metadata, 'requestId')
  return {
    name: text(field(error, 'name'))
      .replace(/^.*#/, '')
      .replace(/Exception$/, ''),
    message: text(field(error, 'message')),
    status: typeof status === 'number' ? status : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    network: networkCode(error),
  }
}

const deepestCause = 5

function networkCode(error: unknown): string | undefined {
  let at = error
  for (let depth = 0; depth < deepestCause && at !== undefined; depth += 1) {
    for (const name of ['code', 'errno', 'name']) {
      const code = text(field(at, name))
      if (unanswered.has(code) || unsent.has(code)) return code
    }
    at = field(at, 'cause')
  }
  return undefined
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
