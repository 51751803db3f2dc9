import { z } from 'zod'
import type { AccessKeyId, AccountId, NoticeId, UserId } from '../ids.ts'
import type { Entry, EntryState } from '../key/entry.ts'
import type { Actor, Fact, FactRecord } from '../key/fact.ts'
import type { Notice } from '../key/notice.ts'
import type { Rotation } from '../key/rotation.ts'
import type { AccountScan, ScanDay } from '../scan.ts'
import { EpochMs } from '../time.ts'
import type { Replay } from './replay.ts'
import type { SentMail } from './sent-mail.ts'

/** Stops every new mutation, everywhere, until it is lifted. */
export const Freeze = z.object({ since: EpochMs, by: z.string(), why: z.string() })
export type Freeze = z.infer<typeof Freeze>

/**
 * One conditional write. `before` is what the writer read: the write takes place only if that is
 * still what the ledger holds (by `version`), or, when undefined, if nothing is there yet.
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
  | { readonly kind: 'replay'; readonly before: Replay | undefined; readonly after: Replay }
  | { readonly kind: 'sent-mail'; readonly before: SentMail | undefined; readonly after: SentMail }
  /** Counts one mutation of a day against a limit. */
  | { readonly kind: 'cap'; readonly cap: CapCount }

/** A counter of one UTC day, such as `policy/cis-rotation` or `policy/cis-rotation/123456789012`. */
export interface CapCount {
  readonly date: string
  readonly scope: string
  readonly limit: number
}

/** What became of a group of writes: all of them took place, or none. */
export type Committed =
  | { readonly kind: 'committed' }
  /** Somebody else was first; `current` is what won where the ledger could tell at once. */
  | { readonly kind: 'lost'; readonly write: Write; readonly current: Entry | undefined }
  | { readonly kind: 'cap-reached'; readonly cap: CapCount }

/** One page of a query; hand `cursor` back for the next. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}

/** At most so many documents in one commit (an entry counts twice: itself and its fact). */
export const maxWrites = 100

/** How many partitions the index of due things is spread over. */
export const dueShards = 4

/** Something whose `dueAt` has come. */
export type Due =
  | { readonly kind: 'entry'; readonly accessKeyId: AccessKeyId }
  | { readonly kind: 'notice'; readonly noticeId: NoticeId }

/**
 * The authority on every key. Reads of one document are strongly consistent. Queries may lag and
 * are hints only: read the document again before deciding anything by it.
 */
export interface Ledger {
  commit(writes: readonly Write[]): Promise<Committed>

  entry(accessKeyId: AccessKeyId): Promise<Entry | undefined>
  /** The entries that exist of these, strongly consistent, in no particular order. */
  entries(accessKeyIds: readonly AccessKeyId[]): Promise<readonly Entry[]>
  timeline(accessKeyId: AccessKeyId): Promise<readonly FactRecord[]>
  rotation(accountId: AccountId, userId: UserId): Promise<Rotation | undefined>
  notice(noticeId: NoticeId): Promise<Notice | undefined>
  scanDay(date: string): Promise<ScanDay | undefined>
  accountScan(date: string, accountId: AccountId): Promise<AccountScan | undefined>
  accountScans(date: string): Promise<readonly AccountScan[]>
  replay(eventId: string): Promise<Replay | undefined>
  /** By the mail provider's own message ID. */
  sentMail(messageId: string): Promise<SentMail | undefined>

  entriesOfAccount(accountId: AccountId, cursor?: string): Promise<Page<Entry>>
  entriesOfAudience(audience: string, cursor?: string): Promise<Page<Entry>>
  /** By `owner.id`. */
  entriesOfOwner(ownerId: string, cursor?: string): Promise<Page<Entry>>
  /** Soonest due first; those that are not due by time come last. */
  entriesInState(state: EntryState, cursor?: string): Promise<Page<Entry>>
  /** Every entry, for reports; never for a decision. */
  allEntries(cursor?: string): Promise<Page<Entry>>
  /** What is due at `now` in one shard, 0 ≤ shard < `dueShards`, soonest first. */
  due(shard: number, now: EpochMs, cursor?: string): Promise<Page<Due>>

  /** How much of a day's cap is used; an alarm's business, since `commit` keeps the caps. */
  capUsed(of: Omit<CapCount, 'limit'>): Promise<number>

  freeze(): Promise<Freeze | undefined>
  setFreeze(freeze: Freeze | undefined): Promise<void>
}
