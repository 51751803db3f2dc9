/** The modelled services, by their names in the credential scope of a signature. */
export type Service = 'iam' | 'sts' | 'organizations' | 'secretsmanager' | 'cloudtrail'

/** An error that AWS answers with: an error code, a sentence and an HTTP status. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
  }
}

type CommonError =
  | 'denied'
  | 'throttled'
  | 'failure'
  | 'unknown-key'
  | 'bad-signature'
  | 'expired-token'
  | 'no-credentials'
  | 'invalid'
  | 'unknown-operation'
  | 'bad-page-token'

const QUERY: Record<CommonError, readonly [code: string, status: number]> = {
  denied: ['AccessDenied', 403],
  throttled: ['Throttling', 400],
  failure: ['ServiceFailure', 500],
  'unknown-key': ['InvalidClientTokenId', 403],
  'bad-signature': ['SignatureDoesNotMatch', 403],
  'expired-token': ['ExpiredToken', 403],
  'no-credentials': ['MissingAuthenticationToken', 403],
  invalid: ['ValidationError', 400],
  'unknown-operation': ['InvalidAction', 400],
  'bad-page-token': ['ValidationError', 400],
}

const JSON_1_1: Record<CommonError, readonly [code: string, status: number]> = {
  denied: ['AccessDeniedException', 400],
  throttled: ['ThrottlingException', 400],
  failure: ['InternalFailure', 500],
  'unknown-key': ['UnrecognizedClientException', 400],
  'bad-signature': ['InvalidSignatureException', 400],
  'expired-token': ['ExpiredTokenException', 400],
  'no-credentials': ['MissingAuthenticationTokenException', 400],
  invalid: ['ValidationException', 400],
  'unknown-operation': ['UnknownOperationException', 400],
  'bad-page-token': ['InvalidNextTokenException', 400],
}

const CODES: Record<Service, Record<CommonError, readonly [code: string, status: number]>> = {
  iam: QUERY,
  sts: QUERY,
  organizations: {
    ...JSON_1_1,
    throttled: ['TooManyRequestsException', 400],
    failure: ['ServiceException', 500],
    invalid: ['InvalidInputException', 400],
    'bad-page-token': ['InvalidInputException', 400],
  },
  secretsmanager: {
    ...JSON_1_1,
    failure: ['InternalServiceError', 500],
    invalid: ['InvalidParameterException', 400],
  },
  cloudtrail: JSON_1_1,
}

/**
 * An error that every service can answer, with the code and HTTP status that this service uses for
 * it (Common Errors in each API Reference).
 */
export const serviceError = (service: Service, kind: CommonError, message: string): AwsError => {
  const [code, status] = CODES[service][kind]
  return new AwsError(code, message, status)
}
