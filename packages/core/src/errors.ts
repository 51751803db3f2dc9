/**
 * Every error that a person can meet, with what that person should do. The codes are stable, and
 * each is a heading in docs/runbook.md.
 */
export const errorCatalog = {
  KEYNAG_CONFIG_INVALID:
    'Correct keynag.config.ts at the paths that the message names, then start again.',
  KEYNAG_OPTION_INVALID: 'Run the command with --help to see its options and their values.',
  KEYNAG_ENVIRONMENT_INVALID:
    'Set the environment variables that the message names, then start again.',
  KEYNAG_PORT_IN_USE: 'Stop the program that listens on this port, or choose another port.',
  KEYNAG_SANDBOX_MISSING:
    'Run `npx pnpm demo` first, or name the folder of a demo: --sandbox FOLDER.',
  KEYNAG_SANDBOX_BUSY: 'Wait until the other command on this sandbox ends, then try again.',
  KEYNAG_OUT_UNUSABLE:
    'Name a path that keynag may write; for a demo, a new folder or one that a demo made.',
  KEYNAG_MESSAGE_INVALID:
    'Inspect the message, then discard it: keynag can never process it as it is.',
  KEYNAG_EVENT_UNKNOWN:
    'Upgrade keynag to the release that sent the message, then replay the message.',
  KEYNAG_KEY_UNKNOWN:
    'Correct the access key ID. Discard a message about a key that the ledger does not know.',
  KEYNAG_ACCOUNT_NOT_PLANNED:
    'Discard the message: the scan plan of that day does not contain the account.',
  KEYNAG_ROLE_UNREACHABLE: 'Deploy the member roles in that account, then wait for the next scan.',
  KEYNAG_ACCESS_DENIED:
    'Allow the operation that the message names to the role that keynag assumed.',
  KEYNAG_CREDENTIALS_MISSING:
    'Log in (aws login, aws sso login), choose --profile, or set AWS_ACCESS_KEY_ID and its secret.',
  KEYNAG_SSO_LOGIN_NEEDED: 'Log in: aws sso login, with --profile NAME if you named a profile.',
  KEYNAG_MFA_NEEDED:
    'Run the command at a terminal and type the code, or use credentials of a session with MFA.',
  KEYNAG_REGION_MISSING: 'Name the Region of the stage: --region, AWS_REGION, or in the profile.',
  KEYNAG_CREDENTIALS_EXPIRED:
    'Log in again (aws login, aws sso login), or refresh the credentials.',
  KEYNAG_CREDENTIALS_REFUSED:
    'Check which credentials are in use: aws sts get-caller-identity. Outside the partition aws, name a Region of yours.',
  KEYNAG_ORGANIZATION_MISSING:
    'Leave out --org, or use credentials of an account that belongs to an organization.',
  KEYNAG_ORGANIZATION_DENIED:
    'Use credentials of the management account or of a delegated administrator, or name --accounts.',
  KEYNAG_SCAN_UNFINISHED:
    'Search the log of the scanner for the account: its scan died, or failed by a bug.',
  KEYNAG_REPORT_UNAVAILABLE: 'Do nothing: the next scan asks IAM for the credential report again.',
  KEYNAG_REPORT_UNREADABLE:
    'Report it to the project: the credential report lacks a column that keynag needs.',
  KEYNAG_THROTTLED: 'Repeat a command after a minute. SQS delivers a message again by itself.',
  KEYNAG_UNAVAILABLE:
    'For a command, check the network and AWS_ENDPOINT_URL. SQS delivers a message again by itself.',
  KEYNAG_ANSWER_UNREADABLE:
    'Something answered in place of AWS: check HTTPS_PROXY, NO_PROXY, AWS_ENDPOINT_URL and the network.',
  KEYNAG_CONTENDED: 'Repeat the command. SQS delivers a message again by itself.',
  KEYNAG_EFFECT_UNKNOWN: 'Do nothing: keynag checks by itself whether the call took effect.',
  KEYNAG_LEDGER_ITEM_UNREADABLE:
    'Upgrade to the release that wrote the item, or restore the item if somebody changed it by hand.',
  KEYNAG_LEDGER_MISSING:
    'Deploy the stage, which creates the table, or correct the name of the table.',
  KEYNAG_QUEUE_MISSING:
    'Deploy the stage, which creates the queue, or correct the stage and the Region.',
  KEYNAG_DEAD_LETTER_UNKNOWN:
    'List the dead letters with `npx pnpm keynag dlq list`, then name one of them.',
  KEYNAG_DECISION_REFUSED: 'Look at the key with `npx pnpm keynag ledger show`, then decide again.',
  KEYNAG_CONFIRMATION_NEEDED: 'Add --yes to confirm.',
  KEYNAG_REQUEST_REJECTED: 'Report it to the project: AWS refused the request as malformed.',
  KEYNAG_SLACK_REJECTED: 'Check the Slack token, its scopes and the channel.',
  KEYNAG_MAIL_REJECTED:
    'Verify the sender identity in SES, and move the account out of the SES sandbox.',
} as const

export type ErrorCode = keyof typeof errorCatalog

/**
 * How the queue harness treats an error: `transient` is delivered again, `permanent` is parked, and
 * after `ambiguous` the next delivery observes AWS before it decides.
 */
export type ErrorClass = 'transient' | 'permanent' | 'ambiguous'

interface ErrorDetails {
  readonly cause?: unknown
  /** What to do in this case, where the catalog's advice does not fit. */
  readonly advice?: string
}

/** An error with a stable code, a message about this case, and what a person should do. */
export class KeynagError extends Error {
  readonly code: ErrorCode
  readonly errorClass: ErrorClass
  readonly #advice: string | undefined

  constructor(
    errorClass: ErrorClass,
    code: ErrorCode,
    sentence: string,
    { advice, ...options }: ErrorDetails = {},
  ) {
    super(sentence, options)
    this.name = 'KeynagError'
    this.code = code
    this.errorClass = errorClass
    this.#advice = advice
  }

  /** What the person who meets this error should do. */
  get remedy(): string {
    return this.#advice ?? errorCatalog[this.code]
  }
}

/** An error that another try may overcome: a throttle, a 5xx, a lost race. */
export const transient = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('transient', code, sentence, { cause })

/** An error that no retry can overcome: a refused role, a message that breaks its schema. */
export const permanent = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('permanent', code, sentence, { cause })

/** A permanent error whose code's general advice does not fit this case. */
export const permanentWithAdvice = (
  code: ErrorCode,
  sentence: string,
  advice: string,
  cause?: unknown,
): KeynagError => new KeynagError('permanent', code, sentence, { cause, advice })

/** An error after which the effect may have happened: observe before deciding again. */
export const ambiguous = (code: ErrorCode, sentence: string, cause?: unknown): KeynagError =>
  new KeynagError('ambiguous', code, sentence, { cause })
