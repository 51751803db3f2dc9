import { permanent, transient, type Concern, type ErrorCode, type KeynagError } from '@keynag/core'

/** The meaning of SES's error: it does not take this address, or it takes no mail. */
export type MailFailure =
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'failed'
      readonly error: KeynagError
      readonly concerns: Concern
      readonly pauseMs?: number | undefined
    }

const throttles: readonly string[] = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'LimitExceededException',
]

/** The request itself is wrong, and only the sentence says what in it. */
const badRequests: readonly string[] = [
  'BadRequestException',
  'InvalidParameterValue',
  'ValidationException',
  'MessageRejected',
]

const rejections: readonly string[] = [
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
  'SendingPausedException',
  'AccountSuspendedException',
]

const denials: readonly string[] = ['AccessDenied', 'AccessDeniedException']

const credentialCodes: Readonly<Record<string, ErrorCode>> = {
  CredentialsProviderError: 'KEYNAG_CREDENTIALS_MISSING',
  ExpiredToken: 'KEYNAG_CREDENTIALS_EXPIRED',
  ExpiredTokenException: 'KEYNAG_CREDENTIALS_EXPIRED',
  InvalidClientTokenId: 'KEYNAG_CREDENTIALS_REFUSED',
  InvalidSignatureException: 'KEYNAG_CREDENTIALS_REFUSED',
  SignatureDoesNotMatch: 'KEYNAG_CREDENTIALS_REFUSED',
  UnrecognizedClientException: 'KEYNAG_CREDENTIALS_REFUSED',
}

/**
 * Only this file knows the names and the sentences of SES's errors
 * (docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html). An answer that it does not know,
 * such as the page of a proxy, may have another one after it. It rethrows any other error unchanged.
 */
export function classifyMail(error: unknown): MailFailure {
  if (!(error instanceof Error)) throw error
  const { name, message } = error
  if (throttles.includes(name)) return throttled(message, error)
  if (badRequests.includes(name)) return badRequest(message, error)
  if (rejections.includes(name)) {
    return failed(permanent('KEYNAG_MAIL_REJECTED', `SES refused the mail: ${message}`, error))
  }
  if (denials.includes(name)) {
    return failed(permanent('KEYNAG_ACCESS_DENIED', `SES denied ses:SendEmail: ${message}`, error))
  }
  const code = credentialCodes[name]
  if (code !== undefined) return failed(permanent(code, `SES was not asked: ${message}`, error))
  if (message === 'Region is missing') {
    return failed(permanent('KEYNAG_ENVIRONMENT_INVALID', 'no AWS Region is set for SES', error))
  }
  if (!isAnswer(error) && !isNoAnswer(error)) throw error
  const what = isAnswer(error) ? 'gave an answer that keynag does not know' : 'did not answer'
  return failed(unavailable(`${what} (${name})`, error))
}

/** SES may have taken the mail. */
export const unavailable = (what: string, cause?: unknown): KeynagError =>
  transient('KEYNAG_UNAVAILABLE', `SES ${what}; the mail may or may not be on its way`, cause)

/** The daily quota is an error of the same name, and frees only as the mails of yesterday grow old. */
function throttled(message: string, cause: Error): MailFailure {
  const isRate = /sending rate/i.test(message)
  const said = `SES asked to slow down: ${message}`
  return {
    ...failed(transient('KEYNAG_THROTTLED', said, cause)),
    pauseMs: isRate ? ratePauseMs : undefined,
  }
}

const ratePauseMs = 1_000

/** Words for what is the operator's and the same in every mail. */
const isOperators =
  /not verified|sender|from|source|reply|return.?path|identit|configuration.?set|paused|suspended/i
const isThisMails = /virus|length|too (?:long|large|many)|header|tag|content|attachment|charset/i
const isAddress = /address|domain|recipient|destination|mailbox|@/i

/** A bad address is its owner's, a bad sender is the operator's, and all else is about this mail. */
function badRequest(message: string, cause: Error): MailFailure {
  const error = permanent('KEYNAG_MAIL_REJECTED', `SES refused the mail: ${message}`, cause)
  if (isOperators.test(message)) return failed(error)
  if (!isThisMails.test(message) && isAddress.test(message)) {
    return { kind: 'refused', why: `SES does not take that address (${message})` }
  }
  return failed(error, 'message')
}

const failed = (
  error: KeynagError,
  concerns: Concern = 'provider',
): Extract<MailFailure, { kind: 'failed' }> => ({ kind: 'failed', error, concerns })

/** The SDK got an answer: it could read its status, or could not read its body. */
const isAnswer = (error: Error): boolean => '$metadata' in error || error instanceof SyntaxError

/** Time-outs, and Node's own codes, such as ECONNRESET. */
const isNoAnswer = (error: Error): boolean =>
  ['TimeoutError', 'AbortError', 'RequestTimeout'].includes(error.name) ||
  ('code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code))
