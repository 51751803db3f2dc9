export type Implementation = 'the local model' | 'moto'

/** Where an implementation does not do what AWS documents. */
export interface Exception {
  readonly implementation: Implementation
  /** The case's own sentence. */
  readonly sentence: string
  /** How it fails there. */
  readonly fails: RegExp
  readonly because: string
}

type Departure = Omit<Exception, 'implementation'>

/** Said of a refusal that does not come. */
const fails = /expected 'it was done' to match/

/** The local model’s queues are fauxqs 2.4.1. */
const ofTheLocalModel: readonly Departure[] = [
  {
    sentence: 'A standard queue takes a MessageGroupId and gives it back',
    fails: /MessageGroupId/,
    because: 'fauxqs knows groups on FIFO queues only; nothing of keynag’s reads the group again',
  },
  {
    sentence: 'DeleteMessage with something that is no receipt is ReceiptHandleIsInvalid',
    fails,
    because: 'fauxqs takes any receipt; keynag sends back only those that it was given',
  },
  {
    sentence: 'DeleteMessageBatch tells which receipts are none',
    fails: /expected \[\] to match object/,
    because: 'fauxqs takes any receipt; keynag sends back only those that it was given',
  },
]

const identity = 'moto does not hold calls against signatures, secrets or a key’s status'
const permission = 'moto does not hold calls against policies unless it is told to for all of them'
const unchecked = 'moto does not check this parameter'
const report = 'moto writes the report when it is fetched, and keeps no state of its making'

const ofMoto: readonly Departure[] = [
  {
    sentence: 'The unique ID of a user begins with AIDA',
    fails: /to match \/\^AIDA/,
    because: 'moto draws letters and digits; keynag compares unique IDs and does not read them',
  },
  {
    sentence: 'GetAccountAuthorizationDetails pages by MaxItems and Marker, each user once',
    fails: /expected 5 to be less than or equal to 2/,
    because: 'moto does not page this operation',
  },
  {
    sentence:
      'GetAccountAuthorizationDetails takes 1,000 items a page and refuses more as a ValidationError',
    fails,
    because: unchecked,
  },
  {
    sentence: 'ListAccessKeys pages by MaxItems and Marker',
    fails: /expected undefined to be true/,
    because: 'moto does not page this operation; without MaxItems AWS does not cut two keys either',
  },
  {
    sentence: 'ListAccessKeys says that nothing follows the last page',
    fails: /expected undefined to be false/,
    because: 'moto leaves IsTruncated out; keynag goes by the Marker',
  },
  {
    sentence: 'GetCredentialReport while one is made is ReportInProgress, 404',
    fails,
    because: report,
  },
  {
    sentence: 'A credential report tells when it was made',
    fails: /to be less than 14400000/,
    because: 'moto says 2015-02-02 always',
  },
  {
    sentence: 'A credential report has a row for the root user',
    fails: /expected \{\} to match object/,
    because: 'moto writes rows for users only',
  },
  {
    sentence: 'A credential report writes N/A for the Region and service of no use',
    fails: /to match object/,
    because: 'moto writes not_supported in these columns always',
  },
  {
    sentence: 'A credential report writes N/A for the last use of no password',
    fails: /expected 'not_supported' to be 'N\/A'/,
    because: 'moto writes what AWS writes for the root user’s password',
  },
  {
    sentence: 'A credential report tells for which service and Region a key was used',
    fails: /to match object/,
    because: 'moto writes not_supported in these columns always',
  },
  {
    sentence: 'A credential report of the last four hours is given again as it is',
    fails: /user: 'late'/,
    because: report,
  },
  {
    sentence: 'An Inactive key signs nothing: InvalidClientTokenId, 403',
    fails,
    because: identity,
  },
  {
    sentence: 'A deleted key signs nothing: InvalidClientTokenId, 403',
    fails,
    because: 'moto takes a key that it does not know for one of its default account',
  },
  { sentence: 'A key with a wrong secret is SignatureDoesNotMatch, 403', fails, because: identity },
  {
    sentence: 'A session’s key without its token is InvalidClientTokenId, 403',
    fails,
    because: identity,
  },
  {
    sentence: 'AssumeRole with another external ID, or none, is AccessDenied, 403',
    fails,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence: 'AssumeRole of a role that is not there is AccessDenied, 403',
    fails,
    because: 'moto’s AssumeRole does not look for the role',
  },
  {
    sentence: 'AssumeRole of a role that trusts somebody else is AccessDenied, 403',
    fails,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence: 'AssumeRole in one’s own account needs the role’s trust as well: AccessDenied',
    fails,
    because: 'moto’s AssumeRole does not read the trust policy',
  },
  {
    sentence: 'A session chained from a role lasts an hour at most: ValidationError',
    fails,
    because: unchecked,
  },
  {
    sentence: 'A session shorter than 15 minutes is a ValidationError',
    fails,
    because: unchecked,
  },
  {
    sentence: 'A session name of other characters than w+=,.@- is a ValidationError',
    fails,
    because: unchecked,
  },
  {
    sentence: 'A session policy allows what role and policy both allow, and no more',
    fails,
    because: permission,
  },
  {
    sentence: 'A session policy that is not one is MalformedPolicyDocument',
    fails,
    because: unchecked,
  },
  {
    sentence: 'A session policy of more than 2,048 characters is a ValidationError',
    fails,
    because: unchecked,
  },
  {
    sentence: 'ListAccounts no longer tells the Status that was retired in September 2026',
    fails: /to deeply equal \[\]/,
    because: 'moto sends State and the retired Status; keynag reads State first',
  },
  {
    sentence: 'ListAccounts gives 20 accounts a page at most',
    fails: /to be less than or equal to 20/,
    because: 'moto pages only when MaxResults is given',
  },
  {
    sentence: 'ListAccounts refuses a NextToken that it did not give: InvalidInput',
    fails: /expected 'InvalidToken 400: /,
    because: 'moto has one error for the tokens of all services',
  },
  {
    sentence: 'A member account that nobody delegated to may not list accounts',
    fails,
    because: permission,
  },
  {
    sentence: 'ResourceNotFound of Secrets Manager is 400',
    fails: /expected 'ResourceNotFoundException 404: /,
    because: 'moto answers 404; neither the SDK nor keynag goes by the status',
  },
  {
    sentence: 'GetSecretValue follows AWSCURRENT to where it was moved',
    fails: /to match object \{ SecretString: 'two' \}/,
    because:
      'moto keeps a default version beside the labels, and UpdateSecretVersionStage leaves it behind',
  },
  {
    sentence: 'UpdateSecretVersionStage to a version that is not there is refused',
    fails: /expected undefined to deeply equal \[ 'AWSCURRENT' \]/,
    because: 'moto refuses only after it has taken the label away',
  },
  {
    sentence: 'A secret that is scheduled for deletion is InvalidRequest to writes',
    fails,
    because: 'moto’s PutSecretValue does not look at the deletion',
  },
  {
    sentence: 'The name of a secret that is scheduled for deletion is InvalidRequest',
    fails: /expected 'ResourceExistsException 400: /,
    because: 'moto’s CreateSecret does not look at the deletion; keynag never uses a name twice',
  },
  {
    sentence: 'A resource policy lets a user read a secret whom nothing else lets',
    fails,
    because: permission,
  },
  {
    sentence: 'A resource policy for everybody is PublicPolicy when that is blocked',
    fails,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'A resource policy that is not one is MalformedPolicyDocument',
    fails,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'A resource policy for a user who is not there is MalformedPolicyDocument',
    fails,
    because: 'moto keeps resource policies and does not read them',
  },
  {
    sentence: 'SendEmail refuses a tag of other characters than A–Z a–z 0–9 _ -',
    fails,
    because: unchecked,
  },
  {
    sentence: 'SendEmail by a configuration set that is not there is refused by that name',
    fails,
    because: unchecked,
  },
  { sentence: 'A body of nothing is refused, 400', fails, because: unchecked },
  { sentence: 'A body with control characters is refused, 400', fails, because: unchecked },
  { sentence: 'An attribute of nothing is InvalidParameterValue', fails, because: unchecked },
  {
    sentence: 'A key of an index of the wrong type is ValidationException',
    fails,
    because: unchecked,
  },
  {
    sentence: 'An index that is not there is ValidationException',
    fails: /expected 'ResourceNotFoundException 400: /,
    because: 'moto has the error of a missing table for a missing index',
  },
  {
    sentence: 'The same transaction under the same client token is done once',
    fails: /count: 2/,
    because: 'moto does not read the token',
  },
  {
    sentence: 'Another transaction under the same client token is refused',
    fails,
    because: 'moto does not read the token',
  },
]

export const exceptions: readonly Exception[] = [
  ...ofTheLocalModel.map((one) => ({ ...one, implementation: 'the local model' as const })),
  ...ofMoto.map((one) => ({ ...one, implementation: 'moto' as const })),
]
