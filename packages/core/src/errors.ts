/**
 * Every error that a person can meet. The code is stable and is a heading in docs/runbook.md;
 * `remedy` says what to do.
 */
export const errorCatalog = {
  KEYNAG_CONFIG_INVALID: 'Correct keynag.config.ts at the paths named and start again.',
  KEYNAG_OPTION_INVALID: 'See --help for the options and what they take.',
  KEYNAG_ENVIRONMENT_INVALID: 'Set the named environment variables on the function.',
  KEYNAG_PORT_IN_USE: 'Stop what listens there, or choose another port.',
  KEYNAG_SANDBOX_MISSING: 'Run `npx pnpm demo` first, or name its folder: --sandbox FOLDER.',
  KEYNAG_SANDBOX_BUSY: 'Wait until the other command on this sandbox has ended, then try again.',
  KEYNAG_OUT_UNUSABLE: 'Name a folder that keynag may create or that an earlier demo made.',
  KEYNAG_MESSAGE_INVALID: 'The message does not fit its schema; inspect it and discard it.',
  KEYNAG_EVENT_UNKNOWN: 'The event type or version is newer than this release; upgrade, replay.',
  KEYNAG_KEY_UNKNOWN: 'Correct the access key ID; a message about it can only be discarded.',
  KEYNAG_ACCOUNT_NOT_PLANNED: 'The account is not in the plan of that day; discard the message.',
  KEYNAG_ROLE_UNREACHABLE: 'Deploy the member roles in that account, then wait for the next scan.',
  KEYNAG_ACCESS_DENIED: 'Grant the named operation to the role that keynag assumed.',
  KEYNAG_CREDENTIALS_MISSING:
    'Log in (aws login, aws sso login), choose --profile, or set AWS_ACCESS_KEY_ID and its secret.',
  KEYNAG_CREDENTIALS_EXPIRED:
    'Log in again (aws login, aws sso login), or refresh the credentials.',
  KEYNAG_CREDENTIALS_REFUSED: 'Check which credentials are in use: aws sts get-caller-identity.',
  KEYNAG_ORGANIZATION_MISSING:
    'Leave out --org, or use credentials of an account that is in an organization.',
  KEYNAG_REPORT_UNAVAILABLE: 'IAM did not finish the credential report; the next scan tries again.',
  KEYNAG_REPORT_UNREADABLE: 'The credential report lacks a column keynag needs; report it to us.',
  KEYNAG_THROTTLED: 'Messages are tried again by themselves; repeat a command after a minute.',
  KEYNAG_UNAVAILABLE:
    'Messages are tried again by themselves; for a command, check the network and AWS_ENDPOINT_URL.',
  KEYNAG_EFFECT_UNKNOWN: 'A call may or may not have taken effect; keynag looks again by itself.',
  KEYNAG_LEDGER_ITEM_UNREADABLE:
    'Upgrade to the release that wrote the item, or restore it if it was changed by hand.',
  KEYNAG_LEDGER_MISSING: 'Create the table (deploy the stage), or correct its name.',
  KEYNAG_QUEUE_MISSING: 'Deploy the stage, or correct its name and Region.',
  KEYNAG_DEAD_LETTER_UNKNOWN: 'List the dead letters: npx pnpm keynag dlq list.',
  KEYNAG_DECISION_REFUSED: 'Look at the key first: npx pnpm keynag ledger show.',
  KEYNAG_CONFIRMATION_NEEDED: 'Add --yes, or --dry-run to see what would happen.',
  KEYNAG_REQUEST_REJECTED: 'AWS refused the request as malformed; report it to us.',
  KEYNAG_SLACK_REJECTED: 'Check the Slack token, its scopes and the channel.',
  KEYNAG_MAIL_REJECTED: 'Verify the sender identity in SES and leave the SES sandbox.',
} as const

export type ErrorCode = keyof typeof errorCatalog

/** What the queue harness does with an error. */
export type ErrorClass = 'transient' | 'permanent' | 'ambiguous'

/** An error with a stable code, a sentence about this case, and what to do about it. */
export class KeynagError extends Error {
  readonly code: ErrorCode
  readonly errorClass: ErrorClass

  constructor(
    errorClass: ErrorClass,
    code: ErrorCode,
    sentence: string,
    options?: { cause?: unknown },
  ) {
    super(sentence, options)
    this.name = 'KeynagError'
    this.code = code
    this.errorClass = errorClass
  }

  /** What the person who meets this error should do. */
  get remedy(): string {
    return errorCatalog[this.code]
  }
}

/** Worth another try: a throttle, a 5xx, a lost race. */
export const transient = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('transient', code, sentence, { cause })

/** Will never succeed as it is: a refused role, a message outside its schema. */
export const permanent = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('permanent', code, sentence, { cause })

/** The effect may or may not have happened: observe before deciding. */
export const ambiguous = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('ambiguous', code, sentence, { cause })
