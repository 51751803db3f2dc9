import { permanent, transient, type KeynagError } from '@keynag/core'

/** The meaning of SES's error: a refusal (another route may work), or an error to throw. */
export type MailFailure =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'error'; readonly error: KeynagError; readonly pauseMs?: number | undefined }

const throttles: readonly string[] = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'LimitExceededException',
]

const rejections: readonly string[] = [
  'MessageRejected',
  'MailFromDomainNotVerified',
  'MailFromDomainNotVerifiedException',
  'ConfigurationSetDoesNotExist',
  'ConfigurationSetDoesNotExistException',
  'ConfigurationSetSendingPausedException',
  'AccountSendingPausedException',
]

const denials: readonly string[] = ['AccessDenied', 'AccessDeniedException']

const outages: readonly string[] = ['TimeoutError', 'AbortError', 'RequestTimeout']

/** Only this file knows the names of SES's errors. It rethrows any other error unchanged. */
export function classifyMail(error: unknown): MailFailure {
  if (!(error instanceof Error)) throw error
  const { name, message } = error
  if (throttles.includes(name)) {
    // The daily quota is an error of the same name (SES Developer Guide, Errors related to the sending quotas).
    const pauseMs = /sending rate/i.test(message) ? 1_000 : undefined
    const asked = transient('KEYNAG_THROTTLED', `SES asked to slow down: ${message}`, error)
    return { ...thrown(asked), pauseMs }
  }
  if (name === 'InvalidParameterValue') {
    return { kind: 'refused', why: `SES does not take that address (${message})` }
  }
  if (rejections.includes(name)) {
    return thrown(permanent('KEYNAG_MAIL_REJECTED', `SES refused the mail: ${message}`, error))
  }
  if (denials.includes(name)) {
    return thrown(permanent('KEYNAG_ACCESS_DENIED', `ses:SendEmail was refused: ${message}`, error))
  }
  if (outages.includes(name) || isNetworkError(error) || statusOf(error) >= 500) {
    return thrown(
      transient(
        'KEYNAG_UNAVAILABLE',
        `SES did not answer (${name}); the mail may or may not be on its way`,
        error,
      ),
    )
  }
  throw error
}

const thrown = (error: KeynagError) => ({ kind: 'error', error }) as const

/** Node's own codes, such as ECONNRESET. */
const isNetworkError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code)

function statusOf(error: Error): number {
  if (!('$metadata' in error)) return 0
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0
}
