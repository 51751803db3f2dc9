import type { AccessKeyId, AccountId, NoticeId, UserId } from '../ids.ts'
import type { Entry, EntryState } from '../key/entry.ts'
import type { Actor, Fact, FactRecord } from '../key/fact.ts'
import type { Notice } from '../key/notice.ts'
import type { CapUse, Rotation } from '../key/rotation.ts'
import type { KnownAccount } from '../known-account.ts'
import type { Outage, OutageSubject } from '../outage.ts'
import type { AccountScan, ScanDay } from '../scan.ts'
import type { EpochMs } from '../time.ts'
import type { DeployedConfiguration } from './deployed-configuration.ts'
import type { EndedFreeze, Freeze } from './freeze.ts'
import type { Replay } from './replay.ts'
import type { SentMail } from './sent-mail.ts'

/**
 * One conditional write. `before` is the document that the writer read. The write takes place only
 * if the ledger still holds the same `version`; without `before`, only if the document is new.
 */
export type Write =
  | {
      readonly kind: 'entry'
      readonly before: Entry | undefined
      readonly after: Entry
      readonly fact: Fact
      readonly actor: Actor
    }
  | { readonly kind: 'rotation'; readonly before: Rotation | undefined; readonly after: Rotation }
  | { readonly kind: 'notice'; readonly before: Notice | undefined; readonly after: Notice }
  | { readonly kind: 'scan-day'; readonly before: ScanDay | undefined; readonly after: ScanDay }
  | {
      readonly kind: 'account-scan'
      readonly before: AccountScan | undefined
      readonly after: AccountScan
    }
  | {
      readonly kind: 'account'
      readonly before: KnownAccount | undefined
      readonly after: KnownAccount
    }
  | { readonly kind: 'outage'; readonly before: Outage | undefined; readonly after: Outage }
  | { readonly kind: 'replay'; readonly before: Replay | undefined; readonly after: Replay }
  | { readonly kind: 'sent-mail'; readonly before: SentMail | undefined; readonly after: SentMail }
  | {
      readonly kind: 'configuration'
      readonly before: DeployedConfiguration | undefined
      readonly after: DeployedConfiguration
    }
  /** Adds one to a day's counter, unless the counter has reached its limit. */
  | { readonly kind: 'cap'; readonly cap: CapCount }
  /** Takes one off a day's counter again: what was counted was not done. */
  | { readonly kind: 'cap-back'; readonly cap: CapUse }
  /** Takes place only where no freeze of the same scope is on. */
  | { readonly kind: 'freeze-started'; readonly freeze: Freeze }
  /** Takes place only while this freeze is on. The record of its start and end stays for ever. */
  | { readonly kind: 'freeze-ended'; readonly freeze: EndedFreeze }

/** A counter, and how far it may count. */
export interface CapCount extends CapUse {
  readonly limit: number
}

/** The result of a commit: either all of its writes took place, or none. */
export type Committed =
  | { readonly kind: 'committed' }
  /** Another writer was first; `current` is that writer's entry if the ledger returned it. */
  | { readonly kind: 'lost'; readonly write: Write; readonly current: Entry | undefined }
  | { readonly kind: 'cap-reached'; readonly cap: CapCount }

/** One page of a query. Pass `cursor` to get the next page; the last page has none. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}

/**
 * The most documents in one commit: the limit of DynamoDB's TransactWriteItems (DynamoDB API
 * Reference). An entry counts twice, because its fact is a document too.
 */
export const maxWrites = 100

/** The number of shards of the due index. */
export const dueShards = 4

/** An entry or a notice whose `dueAt` has come. */
export type Due =
  | { readonly kind: 'entry'; readonly accessKeyId: AccessKeyId }
  | { readonly kind: 'notice'; readonly noticeId: NoticeId }

/**
 * The authority on every key. Reads of single documents are strongly consistent. Queries read
 * indexes, which may lag, so their results are hints: read the document again before you decide.
 */
export interface Ledger {
  commit(writes: readonly Write[]): Promise<Committed>

  entry(accessKeyId: AccessKeyId): Promise<Entry | undefined>
  /** Those of these entries that exist, strongly consistent, in no particular order. */
  entries(accessKeyIds: readonly AccessKeyId[]): Promise<readonly Entry[]>
  timeline(accessKeyId: AccessKeyId): Promise<readonly FactRecord[]>
  rotation(accountId: AccountId, userId: UserId): Promise<Rotation | undefined>
  notice(noticeId: NoticeId): Promise<Notice | undefined>
  scanDay(date: string): Promise<ScanDay | undefined>
  accountScan(date: string, accountId: AccountId): Promise<AccountScan | undefined>
  accountScans(date: string): Promise<readonly AccountScan[]>
  account(accountId: AccountId): Promise<KnownAccount | undefined>
  /** Every account that a list of the Organization ever showed. */
  accounts(): Promise<readonly KnownAccount[]>
  /** The last outage of a provider or of a Slack channel, over or not. */
  outage(subject: OutageSubject): Promise<Outage | undefined>
  /** All last outages, over or not. */
  outages(): Promise<readonly Outage[]>
  replay(eventId: string): Promise<Replay | undefined>
  /** Finds a mail by the provider's message ID. */
  sentMail(messageId: string): Promise<SentMail | undefined>

  entriesOfAccount(accountId: AccountId, cursor?: string): Promise<Page<Entry>>
  entriesOfAudience(audience: string, cursor?: string): Promise<Page<Entry>>
  /** By `owner.id`. */
  entriesOfOwner(ownerId: string, cursor?: string): Promise<Page<Entry>>
  /** Soonest due first; entries without `dueAt` come last. */
  entriesInState(state: EntryState, cursor?: string): Promise<Page<Entry>>
  /** Every entry, for reports; never for a decision. */
  allEntries(cursor?: string): Promise<Page<Entry>>
  /** Entries and notices that are due at `now` in one shard, 0 ≤ shard < `dueShards`, soonest first. */
  due(shard: number, now: EpochMs, cursor?: string): Promise<Page<Due>>

  /** How much of a day's cap is used. Only for an alarm: `commit` enforces the caps itself. */
  capUsed(of: CapUse): Promise<number>

  /** The settings that keynag runs with, once a sweep has recorded them. */
  configuration(): Promise<DeployedConfiguration | undefined>

  /** The freeze that stops a key, see `freezeScopesOf`: the widest where there are several. */
  freezeOver(key: Pick<Entry, 'accountId' | 'policy'>): Promise<Freeze | undefined>
  /** Every freeze that is on. */
  freezes(): Promise<readonly Freeze[]>
  /** Every freeze that is over, oldest end first. */
  endedFreezes(): Promise<readonly EndedFreeze[]>
}
