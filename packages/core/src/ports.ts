import type { AccessKeyId, AccountId, RotationId, UserId, UserName } from './ids.ts'
import type { Account, IamUser, LastUsed, ListedKey } from './key/access-key.ts'
import type { SentMessage } from './key/fact.ts'
import type { Attempt } from './key/rotation.ts'
import type { Maker, Seen } from './key/rotation-step.ts'
import type { KeynagEvent, QueueName, StageQueue } from './events/registry.ts'
import type { Message, Route } from './message.ts'
import type { Secret } from './secret.ts'
import type { EpochMs } from './time.ts'

/** Time as the verbs know it. */
export interface Clock {
  now(): EpochMs
  sleep(ms: number): Promise<void>
}

/** Chance as the verbs know it. */
export interface Ids {
  uuid(): string
}

/** AWS Organizations: the accounts there are. */
export interface AccountDirectory {
  /** Every account in every state, with the units above it when `withUnits` is set. */
  accounts(options: { readonly withUnits: boolean }): Promise<readonly Account[]>
}

/** One slot of a user's row in the credential report; it has no key IDs. */
export interface ReportSlot {
  readonly slot: '1' | '2'
  readonly active: boolean
  /** "Created or last changed", to the second: a prefilter, never the authority on age. */
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

/** Which user; the name may have changed since, the ID cannot. */
export interface UserRef {
  readonly accountId: AccountId
  readonly userId: UserId
  readonly userName: UserName
  readonly arn: string
}

/** What IAM and CloudTrail say about an account. Reads only; every call pages to the end. */
export interface IamReader {
  /**
   * A report at most four hours old.
   * @throws KeynagError transient `KEYNAG_REPORT_UNAVAILABLE` when it is not finished in time.
   */
  credentialReport(accountId: AccountId): Promise<CredentialReport>
  /** All users with groups and tags; `hasConsole` is not among what this call returns. */
  users(accountId: AccountId): AsyncIterable<Omit<IamUser, 'hasConsole'>>
  /** `undefined` when there is no user of this name. */
  accessKeys(accountId: AccountId, userName: string): Promise<readonly ListedKey[] | undefined>
  /** A failed look-up is `unknown`, never `never`. */
  lastUsed(accountId: AccountId, accessKeyId: AccessKeyId): Promise<LastUsed>
  /** Whether the account has this key, whoever's it is. Fails where nobody can tell. */
  hasKey(accountId: AccountId, accessKeyId: AccessKeyId): Promise<boolean>
  /** The user of that name, to compare its ID; `undefined` when there is none. */
  user(accountId: AccountId, userName: string): Promise<(UserRef & { path: string }) | undefined>
  makerOf(accountId: AccountId, accessKeyId: AccessKeyId): Promise<Maker>
  /** Whether CloudTrail has it, yet, that a session of this name switched the key off since then. */
  deactivatedBy(
    accountId: AccountId,
    accessKeyId: AccessKeyId,
    sessionName: string,
    since: EpochMs,
  ): Promise<boolean>
}

export interface CreatedKey {
  readonly accessKeyId: AccessKeyId
  readonly secretAccessKey: Secret
}

/** Changes to a user's keys, each in a session narrowed to that one action on that one user. */
export interface KeyMutations {
  /**
   * One attempt only: it has no idempotency token.
   * @throws KeynagError ambiguous `KEYNAG_EFFECT_UNKNOWN` when a key may have been created.
   */
  create(user: UserRef, sessionName: string): Promise<CreatedKey | 'limit-exceeded' | 'no-user'>
  deactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<'done' | 'gone'>
  /** Undoes `deactivate`. May be repeated. */
  reactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<'done' | 'gone'>
  delete(user: UserRef, key: AccessKeyId, sessionName: string): Promise<'done' | 'gone'>
}

/** What a new key did when it was tried. */
export type KeyTest =
  | { readonly kind: 'works'; readonly userArn: string }
  /** Not accepted yet: new keys take seconds to work. */
  | { readonly kind: 'refused' }

/** Hand-over secrets in the user's account: one a rotation, with a version for each attempt. */
export interface Handovers {
  /** Makes the container readable by that user only, before there is anything in it. */
  prepare(user: UserRef, rotationId: RotationId): Promise<{ secretArn: string }>
  /** Idempotent for the same key. */
  store(user: UserRef, secretArn: string, attempt: Attempt, key: CreatedKey): Promise<void>
  stored(
    accountId: AccountId,
    secretArn: string,
    attempt: Attempt,
  ): Promise<NonNullable<Seen['stored']>>
  /** Signs GetCallerIdentity with the stored key. */
  test(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<KeyTest>
  /** Moves AWSCURRENT to the stored version. Idempotent. */
  promote(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<void>
  /**
   * Schedules deletion with Secrets Manager's recovery window of seven days. By name or ARN; does
   * nothing where there is no such secret, or none any more.
   */
  retire(accountId: AccountId, secretId: string): Promise<void>
}

/** The queues. */
export interface Publisher {
  /** @throws KeynagError transient when any of them was not taken after its retries. */
  publish(events: readonly KeynagEvent[]): Promise<void>
}

/** A message as it was received, on its way to a dead-letter queue. */
export interface Parked {
  readonly queue: QueueName
  readonly body: string
  readonly code: string
  readonly reason: string
  readonly receiveCount: number
}

/** The dead-letter queues, for messages that can never succeed as they are. */
export interface DeadLetters {
  park(message: Parked): Promise<void>
}

/** A message as it lies in a dead-letter queue, received but not removed. */
export interface DeadLetter {
  readonly queue: StageQueue
  /** SQS's ID; a message that comes back gets another one. */
  readonly messageId: string
  readonly body: string
  /** When the message was first sent to its queue. */
  readonly sentAt: EpochMs
  /** How keynag parked it; absent when SQS moved it after its last delivery. */
  readonly parked?: Pick<Parked, 'code' | 'reason' | 'receiveCount'>
  /** SQS's receipt handle: good until the message is visible again. */
  readonly receipt: string
}

/** All that it takes to give a received message back, without its body. */
export type Receipt = Pick<DeadLetter, 'queue' | 'receipt'>

/** How many messages there are, by SQS's own approximate counts. */
export interface QueueDepth {
  readonly waiting: number
  readonly deadLetters: number
}

/** The dead-letter queues, for operators. */
export interface DeadLetterQueues {
  /** Those that there are: a stage may do without the queue of bounces. */
  readonly names: readonly StageQueue[]
  depth(queue: StageQueue): Promise<QueueDepth>
  /**
   * Up to ten dead letters, hidden from other readers for `hideSeconds` (0 to 43,200); none when
   * no visible one was found.
   */
  receive(queue: StageQueue, hideSeconds: number): Promise<readonly DeadLetter[]>
  /** Makes them visible again at once. One whose time is over is let be. */
  release(receipts: readonly Receipt[]): Promise<void>
  /** Deletes them for good. @throws KeynagError when one may still be there. */
  remove(receipts: readonly Receipt[]): Promise<void>
  /** Sends the event to the queue it failed in, with the attributes of a new message. */
  resend(event: KeynagEvent): Promise<void>
  /** The same for what SES said of a mail, as it came. */
  resendMailEvent(body: string): Promise<void>
}

export type Sent =
  | { readonly kind: 'delivered'; readonly delivery: SentMessage }
  | { readonly kind: 'undeliverable'; readonly why: string }

/** Slack and mail. */
export interface Messenger {
  /**
   * Tries the routes in order until one takes the message.
   * @throws KeynagError transient when a provider asks to slow down or does not answer.
   */
  send(message: Message, routes: readonly Route[]): Promise<Sent>
}
