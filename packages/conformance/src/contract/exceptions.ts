export type Implementation = 'the local model' | 'moto'

/** A documented behaviour of AWS that an implementation does not have. */
export interface Exception {
  readonly implementation: Implementation
  /** The name of the case. */
  readonly sentence: string
  /** Matches the failure of the case. */
  readonly fails: RegExp
  readonly because: string
}

type UnattributedException = Omit<Exception, 'implementation'>

/** The failure of a case that expects a refusal, when the implementation does not refuse. */
const notRefused = /expected 'the call succeeded' to match/

/** The queues of the local model are fauxqs 2.4.1. */
const localModelExceptions: readonly UnattributedException[] = [
  {
    sentence: 'A standard queue accepts a MessageGroupId and returns it',
    fails: /MessageGroupId/,
    because: 'fauxqs has groups on FIFO queues only; keynag does not read the group of a message',
  },
  {
    sentence: 'DeleteMessage with an invalid receipt handle fails with ReceiptHandleIsInvalid',
    fails: notRefused,
    because: 'fauxqs takes any receipt; keynag sends back only those that it was given',
  },
  {
    sentence: 'DeleteMessageBatch reports the invalid receipt handles',
    fails: /expected \[\] to match object/,
    because: 'fauxqs takes any receipt; keynag sends back only those that it was given',
  },
]

const identity = 'moto does not check signatures, secrets or the status of a key'
const permission = 'moto checks policies only if it is set to check all calls'
const unchecked = 'moto does not check this parameter'
const report = 'moto makes the report when it is fetched, without the states in between'

const motoExceptions: readonly UnattributedException[] = [
  {
    sentence: 'SendEmail to an address without a domain fails with BadRequestException, 400',
    fails: /expected 'InvalidParameterValue 400/,
    because:
      'moto names this error as version 1 of SES does; keynag never sends to such an address',
  },
  {
    sentence: 'The unique ID of a user begins with AIDA',
    fails: /to match \/\^AIDA/,
    because: 'moto uses random letters and digits; keynag only compares unique IDs',
  },
  {
    sentence: 'GetAccountAuthorizationDetails is paged by MaxItems and Marker, with each user once',
    fails: /expected 5 to be less than or equal to 2/,
    because: 'moto does not page this operation',
  },
  {
    sentence:
      'GetAccountAuthorizationDetails accepts 1,000 items per page, and fails with ValidationError for more',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'ListAccessKeys is paged by MaxItems and Marker',
    fails: /expected undefined to be true/,
    because: 'moto does not page this operation; two keys fit on one page of AWS’s default size',
  },
  {
    sentence: 'ListAccessKeys sets IsTruncated to false on the last page',
    fails: /expected undefined to be false/,
    because: 'moto omits IsTruncated; keynag uses the Marker',
  },
  {
    sentence: 'GetCredentialReport fails with ReportInProgress, 404, until the report is complete',
    fails: notRefused,
    because: report,
  },
  {
    sentence: 'A credential report has the time at which it was made',
    fails: /to be less than 14400000/,
    because: 'moto always returns 2015-02-02',
  },
  {
    sentence: 'A credential report has a row for the root user',
    fails: /expected \{\} to match object/,
    because: 'moto writes rows for users only',
  },
  {
    sentence:
      'A credential report contains N/A for the Region and service of a key that was never used',
    fails: /to match object/,
    because: 'moto writes not_supported in these columns always',
  },
  {
    sentence: 'A credential report contains N/A for the last use of a missing password',
    fails: /expected 'not_supported' to be 'N\/A'/,
    because: 'moto writes the value that AWS writes for the root user only',
  },
  {
    sentence: 'A credential report has the service and Region of a key’s last use',
    fails: /to match object/,
    because: 'moto writes not_supported in these columns always',
  },
  {
    sentence: 'A credential report is returned unchanged for four hours',
    fails: /user: 'late'/,
    because: report,
  },
  {
    sentence: 'A call signed with an Inactive key fails with InvalidClientTokenId, 403',
    fails: notRefused,
    because: identity,
  },
  {
    sentence: 'A call signed with a deleted key fails with InvalidClientTokenId, 403',
    fails: notRefused,
    because: 'moto treats an unknown key as a key of its default account',
  },
  {
    sentence: 'A call signed with a wrong secret fails with SignatureDoesNotMatch, 403',
    fails: notRefused,
    because: identity,
  },
  {
    sentence:
      'A call with a session’s key but without its token fails with InvalidClientTokenId, 403',
    fails: notRefused,
    because: identity,
  },
  {
    sentence: 'AssumeRole with a wrong external ID, or none, fails with AccessDenied, 403',
    fails: notRefused,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence: 'AssumeRole of a missing role fails with AccessDenied, 403',
    fails: notRefused,
    because: 'moto’s AssumeRole does not check that the role exists',
  },
  {
    sentence: 'AssumeRole of a role that trusts another caller fails with AccessDenied, 403',
    fails: notRefused,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence:
      'AssumeRole in the caller’s own account without the role’s trust fails with AccessDenied',
    fails: notRefused,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence: 'A chained session of more than one hour fails with ValidationError',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'A session shorter than 15 minutes fails with ValidationError',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'A session name with characters other than w+=,.@- fails with ValidationError',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'A session may do only what both its role and its session policy allow',
    fails: notRefused,
    because: permission,
  },
  {
    sentence: 'An invalid session policy fails with MalformedPolicyDocument',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'A session policy of more than 2,048 characters fails with ValidationError',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'ListAccounts no longer returns the Status that was retired in September 2026',
    fails: /to deeply equal \[\]/,
    because: 'moto sends State and the retired Status; keynag reads State first',
  },
  {
    sentence: 'ListAccounts returns at most 20 accounts per page',
    fails: /to be less than or equal to 20/,
    because: 'moto pages only when MaxResults is given',
  },
  {
    sentence: 'ListAccounts with an unknown NextToken fails with InvalidInput',
    fails: /expected 'InvalidToken 400: /,
    because: 'moto has one error for invalid tokens of all services',
  },
  {
    sentence: 'A member account that is no delegated administrator cannot list accounts',
    fails: notRefused,
    because: permission,
  },
  {
    sentence: 'The HTTP status of Secrets Manager’s ResourceNotFound is 400',
    fails: /expected 'ResourceNotFoundException 404: /,
    because: 'moto answers 404; neither the SDK nor keynag uses this status',
  },
  {
    sentence: 'GetSecretValue returns the version that AWSCURRENT was moved to',
    fails: /to match object \{ SecretString: 'two' \}/,
    because:
      'moto stores a default version apart from the labels; UpdateSecretVersionStage does not change it',
  },
  {
    sentence: 'UpdateSecretVersionStage to a missing version is refused',
    fails: /expected undefined to deeply equal \[ 'AWSCURRENT' \]/,
    because: 'moto removes the label before it refuses the call',
  },
  {
    sentence: 'A write to a secret that is scheduled for deletion fails with InvalidRequest',
    fails: notRefused,
    because: 'moto’s PutSecretValue does not check for a scheduled deletion',
  },
  {
    sentence:
      'CreateSecret with the name of a secret that is scheduled for deletion fails with InvalidRequest',
    fails: /expected 'ResourceExistsException 400: /,
    because:
      'moto’s CreateSecret does not check for a scheduled deletion; keynag never reuses a name',
  },
  {
    sentence: 'A resource policy alone can allow a user to read a secret',
    fails: notRefused,
    because: permission,
  },
  {
    sentence: 'A resource policy for everybody fails with PublicPolicy if BlockPublicPolicy is set',
    fails: notRefused,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'An invalid resource policy fails with MalformedPolicyDocument',
    fails: notRefused,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'A resource policy that names a missing user fails with MalformedPolicyDocument',
    fails: notRefused,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'SendEmail refuses a tag with characters other than A–Z a–z 0–9 _ -',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'SendEmail with a missing configuration set fails with NotFoundException',
    fails: notRefused,
    because: unchecked,
  },
  { sentence: 'An empty body is refused, 400', fails: notRefused, because: unchecked },
  {
    sentence: 'A body with control characters is refused, 400',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'An empty attribute fails with InvalidParameterValue',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'An index key of the wrong type fails with ValidationException',
    fails: notRefused,
    because: unchecked,
  },
  {
    sentence: 'A query of a missing index fails with ValidationException',
    fails: /expected 'ResourceNotFoundException 400: /,
    because: 'moto answers a missing index with the error for a missing table',
  },
  {
    sentence: 'The same transaction with the same client token takes effect once',
    fails: /count: 2/,
    because: 'moto does not read the token',
  },
  {
    sentence: 'Another transaction with the same client token is refused',
    fails: notRefused,
    because: 'moto does not read the token',
  },
]

export const exceptions: readonly Exception[] = [
  ...localModelExceptions.map((one) => ({ ...one, implementation: 'the local model' as const })),
  ...motoExceptions.map((one) => ({ ...one, implementation: 'moto' as const })),
]
