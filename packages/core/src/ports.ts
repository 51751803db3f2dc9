import type { AccessKeyId, AccountId, RotationId, UserId, UserName } from './ids.ts'
import type { Account, IamUser, LastUsed, ListedKey } from './key/access-key.ts'
import type { SentMessage } from './key/fact.ts'
import type { Attempt } from './key/rotation.ts'
import type { KeyCall, Maker, SecretVersion } from './key/rotation-step.ts'
import type { KeynagEvent, QueueName, StageQueue } from './events/registry.ts'
import type { KeynagError } from './errors.ts'
import type { Message, Route } from './message.ts'
import type { Provider } from './outage.ts'
import type { Secret } from './secret.ts'
import type { EpochMs } from './time.ts'

/** The source of time for the verbs. */
export interface Clock {
  now(): EpochMs
  sleep(ms: number): Promise<void>
}

/** The source of random IDs for the verbs. */
export interface Ids {
  uuid(): string
}

/** The accounts of the AWS Organization. */
export interface AccountDirectory {
  /** Every account in every state; with the units above it when `withUnits` is set. */
  accounts(options: { readonly withUnits: boolean }): Promise<readonly Account[]>
}

/** One of a user's two key slots in the credential report. The report has no key IDs. */
export interface ReportSlot {
  readonly slot: '1' | '2'
  readonly active: boolean
  /**
   * When the key was created or last changed, to the second (IAM User Guide, Getting credential
   * reports). It only preselects users; a key's age comes from ListAccessKeys.
   */
  readonly lastRotated: EpochMs | undefined
  readonly lastUsed: LastUsed
}

export interface ReportRow {
  readonly kind: 'user' | 'root'
  readonly arn: string
  readonly userName: string
  readonly userCreatedAt: EpochMs | undefined
  readonly hasConsole: boolean
  readonly slots: readonly ReportSlot[]
}

export interface CredentialReport {
  readonly generatedAt: EpochMs
  rows(): AsyncIterable<ReportRow>
}

/** Identifies a user. The name may have changed since; the ID never changes. */
export interface UserRef {
  readonly accountId: AccountId
  readonly userId: UserId
  readonly userName: UserName
  readonly arn: string
}

/** Reads IAM and CloudTrail of one account. Every call reads all pages. */
export interface IamReader {
  /**
   * A report that is at most four hours old (IAM User Guide, Getting credential reports).
   * @throws KeynagError transient `KEYNAG_REPORT_UNAVAILABLE` when it is not finished in time.
   */
  credentialReport(accountId: AccountId): Promise<CredentialReport>
  /** All users with groups and tags. IAM does not return here whether a user can sign in. */
  users(accountId: AccountId): AsyncIterable<Omit<IamUser, 'hasConsole'>>
  /** `undefined` when there is no user of this name. */
  accessKeys(accountId: AccountId, userName: string): Promise<readonly ListedKey[] | undefined>
  /**
   * `unknown` when IAM refuses to tell; `never` only when IAM says so.
   * @throws KeynagError transient when IAM throttles or does not answer: then nothing is known.
   */
  lastUsed(accountId: AccountId, accessKeyId: AccessKeyId): Promise<LastUsed>
  /** Whether any user of the account has this key. @throws KeynagError when IAM does not tell. */
  hasKey(accountId: AccountId, accessKeyId: AccessKeyId): Promise<boolean>
  /** The user of that name, to compare its ID; `undefined` when there is none. */
  user(accountId: AccountId, userName: string): Promise<(UserRef & { path: string }) | undefined>
  /**
   * The user of that name as a policy matches users; `undefined` when there is none. Whether the user
   * can sign in takes one more call, so it is read only `withConsole`; without it, it is `false`.
   */
  userInFull(
    accountId: AccountId,
    userName: string,
    options: { readonly withConsole: boolean },
  ): Promise<IamUser | undefined>
  makerOf(accountId: AccountId, accessKeyId: AccessKeyId): Promise<Maker>
  /**
   * Whether CloudTrail already shows that a session of this name deactivated the key at or after
   * `since`. `false` proves nothing: events arrive minutes later.
   */
  deactivatedBy(
    accountId: AccountId,
    accessKeyId: AccessKeyId,
    sessionName: string,
    since: EpochMs,
  ): Promise<boolean>
  /**
   * Who made the last successful call of this name on the key, as far as CloudTrail shows it: events
   * arrive minutes later, and it has those of the last 90 days. `session`: one of keynag's role that
   * changes keys.
   */
  lastCallOn(accountId: AccountId, accessKeyId: AccessKeyId, call: KeyCall): Promise<Maker>
  /**
   * Whether CloudTrail shows that the user has read this secret at or after `since`. `false` proves
   * nothing: events arrive minutes later, and CloudTrail shows those of the last 90 days only.
   */
  hasFetched(user: UserRef, secretArn: string, since: EpochMs): Promise<boolean>
}

export interface CreatedKey {
  readonly accessKeyId: AccessKeyId
  readonly secretAccessKey: Secret
}

/**
 * What became of a change of a key. IAM finds users by name only.
 *
 * `gone`: the user who has the name now does not have this key. After a rename that may be another
 * user, so compare the UserId before you conclude that the key was deleted.
 * `no-user`: no user has the name, or IAM does not say what it missed. Nothing is known of the key.
 */
export type KeyChange = 'done' | 'gone' | 'no-user'

/** Changes a user's keys. Each call assumes a session that allows this action on this user only. */
export interface KeyMutations {
  /**
   * Calls CreateAccessKey once, without a retry: the call has no idempotency token.
   * @throws KeynagError ambiguous `KEYNAG_EFFECT_UNKNOWN` when a key may have been created.
   */
  create(user: UserRef, sessionName: string): Promise<CreatedKey | 'limit-exceeded' | 'no-user'>
  deactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange>
  /** Undoes `deactivate`. Idempotent. */
  reactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange>
  delete(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange>
}

/** The result of signing a request with a new key. */
export type KeyTest =
  /** By its ID: the user may be renamed or move to another path at any time. */
  | { readonly kind: 'works'; readonly userId: string }
  /** AWS does not accept the key yet: new keys take seconds to work. */
  | { readonly kind: 'refused' }

/** The hand-over secrets in the user's account: one per rotation, one version per attempt. */
export interface Handovers {
  /**
   * Creates the secret without a value, readable by that user only. Idempotent. `name-taken`: the
   * rotation's secret was made before, and it is scheduled for deletion now.
   */
  prepare(user: UserRef, rotationId: RotationId): Promise<{ secretArn: string } | 'name-taken'>
  /** Stores the key as the version of this attempt. Idempotent for the same key. */
  store(user: UserRef, secretArn: string, attempt: Attempt, key: CreatedKey): Promise<void>
  /** The version that this attempt stores. */
  stored(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<SecretVersion>
  /** The version that the user fetches, which is AWSCURRENT. */
  offered(accountId: AccountId, secretArn: string): Promise<SecretVersion>
  /** Signs a GetCallerIdentity request with the stored key. */
  test(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<KeyTest>
  /** Moves the label AWSCURRENT to the version of this attempt. Idempotent. */
  promote(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<void>
  /**
   * Schedules the deletion of the secret with a recovery window of seven days. `secretId` is a name
   * or an ARN. Does nothing when the secret does not exist or is already scheduled for deletion.
   */
  retire(accountId: AccountId, secretId: string): Promise<void>
}

/** Sends events to their queues. */
export interface Publisher {
  /** @throws KeynagError transient when SQS did not accept one of them after all retries. */
  publish(events: readonly KeynagEvent[]): Promise<void>
}

/** A received message that goes to a dead-letter queue, with the reason. */
export interface Parked {
  readonly queue: QueueName
  readonly body: string
  readonly code: string
  readonly reason: string
  readonly receiveCount: number
}

/** Moves messages that can never succeed to the dead-letter queues. */
export interface DeadLetters {
  park(message: Parked): Promise<void>
}

/** A message received from a dead-letter queue and not removed from it. */
export interface DeadLetter {
  readonly queue: StageQueue
  /** SQS's message ID. A message that is sent again gets another one. */
  readonly messageId: string
  readonly body: string
  /** When the message was first sent to its queue. */
  readonly sentAt: EpochMs
  /** Why keynag parked it; absent when SQS moved it after its last delivery. */
  readonly parked?: Pick<Parked, 'code' | 'reason' | 'receiveCount'>
  /** SQS's receipt handle, valid until the message is visible again. */
  readonly receipt: string
}

/** The parts of a dead letter that are needed to release or remove it. */
export type Receipt = Pick<DeadLetter, 'queue' | 'receipt'>

/** SQS's approximate message counts. */
export interface QueueDepth {
  readonly waiting: number
  readonly deadLetters: number
  /** The dead letters among them that another reader has received, and that nobody else sees. */
  readonly hidden: number
}

/** Reads and empties the dead-letter queues for operators. */
export interface DeadLetterQueues {
  /** The queues of this stage: a stage may have no queue for bounces. */
  readonly names: readonly StageQueue[]
  depth(queue: StageQueue): Promise<QueueDepth>
  /**
   * Up to ten dead letters, hidden from other readers for `hideSeconds` (0 to 43,200: SQS API
   * Reference, ReceiveMessage). Empty when no visible message was found.
   */
  receive(queue: StageQueue, hideSeconds: number): Promise<readonly DeadLetter[]>
  /** Makes them visible again at once. Ignores a receipt that is no longer valid. */
  release(receipts: readonly Receipt[]): Promise<void>
  /** Deletes them. @throws KeynagError when one of them may still be in the queue. */
  remove(receipts: readonly Receipt[]): Promise<void>
  /** Sends the event as a new message to the queue of its type. */
  resend(event: KeynagEvent): Promise<void>
  /** Sends the body of an SES event, unchanged, to the queue of bounces. */
  resendMailEvent(body: string): Promise<void>
}

/**
 * What an error of a provider concerns: every message, this message only, or every message to this
 * channel. None of them says anything about the reader.
 */
export type Concern = 'provider' | 'message' | 'channel'

/** A Slack channel that takes no message until an operator has mended it. */
export interface BrokenChannel {
  readonly channel: string
  readonly error: KeynagError
}

export type Sent =
  | {
      readonly kind: 'delivered'
      readonly delivery: SentMessage
      /** The keys that a reader finds by their ID in the message. Only these are warned. */
      readonly named: readonly AccessKeyId[]
      /** The channels that had to be left out. */
      readonly broken?: readonly BrokenChannel[]
    }
  | { readonly kind: 'undeliverable'; readonly why: string }
  /** It is not the reader who cannot be reached. The message may or may not be out. */
  | {
      readonly kind: 'failed'
      readonly provider: Provider
      readonly error: KeynagError
      /** Default: the provider takes no message from anybody. */
      readonly concerns?: Concern
      readonly broken?: readonly BrokenChannel[]
      /** How long the provider asked to wait, in milliseconds. */
      readonly pauseMs?: number | undefined
    }

/** Sends messages by Slack and by mail. */
export interface Messenger {
  /**
   * Tries the routes in order until one of them accepts the message, or a provider throttles or does
   * not answer.
   */
  send(message: Message, routes: readonly Route[]): Promise<Sent>
}
