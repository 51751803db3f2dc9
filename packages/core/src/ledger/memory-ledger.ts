import type { AccessKeyId, AccountId, NoticeId, UserId } from '../ids.ts'
import type { Entry, EntryState } from '../key/entry.ts'
import type { FactRecord } from '../key/fact.ts'
import type { Notice } from '../key/notice.ts'
import type { CapUse, Rotation } from '../key/rotation.ts'
import type { KnownAccount } from '../known-account.ts'
import { outageSubject, type Outage, type OutageSubject } from '../outage.ts'
import type { AccountScan, ScanDay } from '../scan.ts'
import type { EpochMs } from '../time.ts'
import { factRecord } from './fact-record.ts'
import {
  dueShards,
  type Committed,
  type Due,
  type Ledger,
  type Page,
  type Write,
} from './ledger.ts'
import { dueShardOf } from './due-shard.ts'
import type { DeployedConfiguration } from './deployed-configuration.ts'
import { freezeScopesOf, freezeScopeText, type EndedFreeze, type Freeze } from './freeze.ts'
import type { Replay } from './replay.ts'
import type { SentMail } from './sent-mail.ts'

const pageSize = 100

/** DynamoDB's limit for an item is 400 KB (DynamoDB Developer Guide, Service quotas). */
const largestItem = 400_000

/** A write of a document that has a version. */
type Versioned = Extract<Write, { before: unknown }>

/** The ledger in memory. The contract tests compare the DynamoDB ledger with it. */
export class MemoryLedger implements Ledger {
  readonly #entries = new Map<AccessKeyId, Entry>()
  readonly #facts = new Map<AccessKeyId, FactRecord[]>()
  readonly #rotations = new Map<string, Rotation>()
  readonly #notices = new Map<NoticeId, Notice>()
  readonly #scanDays = new Map<string, ScanDay>()
  readonly #accountScans = new Map<string, AccountScan>()
  readonly #accounts = new Map<AccountId, KnownAccount>()
  readonly #outages = new Map<OutageSubject, Outage>()
  readonly #replays = new Map<string, Replay>()
  readonly #sentMails = new Map<string, SentMail>()
  readonly #caps = new Map<string, number>()
  #configuration: DeployedConfiguration | undefined
  /** By scope. */
  readonly #freezes = new Map<string, Freeze>()
  readonly #endedFreezes: EndedFreeze[] = []

  commit(writes: readonly Write[]): Promise<Committed> {
    for (const write of writes) {
      const refused = this.#refusal(write)
      if (refused !== undefined) return Promise.resolve(refused)
      // Only a notice lists keys, so only a notice could grow with the number of keys.
      if (write.kind === 'notice' && JSON.stringify(write.after).length > largestItem) {
        return Promise.reject(new RangeError(`the item of ${write.after.noticeId} is too large`))
      }
    }
    for (const write of writes) this.#apply(write)
    return Promise.resolve({ kind: 'committed' })
  }

  #refusal(write: Write): Committed | undefined {
    if (write.kind === 'cap') {
      const taken = this.#caps.get(capKey(write.cap)) ?? 0
      return taken < write.cap.limit ? undefined : { kind: 'cap-reached', cap: write.cap }
    }
    if (write.kind === 'cap-back') return undefined
    if (write.kind === 'freeze-started' || write.kind === 'freeze-ended') {
      const { scope, since } = write.freeze
      const current = this.#freezes.get(freezeScopeText(scope))?.since
      const expected = write.kind === 'freeze-started' ? undefined : since
      return current === expected ? undefined : { kind: 'lost', write, current: undefined }
    }
    if (this.#current(write)?.version === write.before?.version) return undefined
    const current = write.kind === 'entry' ? this.#entries.get(write.after.accessKeyId) : undefined
    return { kind: 'lost', write, current }
  }

  #current(write: Versioned): { version: number } | undefined {
    switch (write.kind) {
      case 'entry':
        return this.#entries.get(write.after.accessKeyId)
      case 'rotation':
        return this.#rotations.get(userKey(write.after))
      case 'notice':
        return this.#notices.get(write.after.noticeId)
      case 'scan-day':
        return this.#scanDays.get(write.after.date)
      case 'account-scan':
        return this.#accountScans.get(scanKey(write.after.date, write.after.account.accountId))
      case 'account':
        return this.#accounts.get(write.after.accountId)
      case 'outage':
        return this.#outages.get(outageSubject(write.after))
      case 'replay':
        return this.#replays.get(write.after.eventId)
      case 'sent-mail':
        return this.#sentMails.get(write.after.messageId)
      case 'configuration':
        return this.#configuration
      default:
        return write satisfies never
    }
  }

  #apply(write: Write): void {
    switch (write.kind) {
      case 'entry': {
        const { accessKeyId } = write.after
        this.#entries.set(accessKeyId, write.after)
        this.#facts.set(accessKeyId, [...(this.#facts.get(accessKeyId) ?? []), factRecord(write)])
        return
      }
      case 'rotation':
        this.#rotations.set(userKey(write.after), write.after)
        return
      case 'notice':
        this.#notices.set(write.after.noticeId, write.after)
        return
      case 'scan-day':
        this.#scanDays.set(write.after.date, write.after)
        return
      case 'account-scan':
        this.#accountScans.set(
          scanKey(write.after.date, write.after.account.accountId),
          write.after,
        )
        return
      case 'account':
        this.#accounts.set(write.after.accountId, write.after)
        return
      case 'outage':
        this.#outages.set(outageSubject(write.after), write.after)
        return
      case 'replay':
        this.#replays.set(write.after.eventId, write.after)
        return
      case 'sent-mail':
        this.#sentMails.set(write.after.messageId, write.after)
        return
      case 'configuration':
        this.#configuration = write.after
        return
      case 'cap':
        this.#count(write.cap, 1)
        return
      case 'cap-back':
        this.#count(write.cap, -1)
        return
      case 'freeze-started':
        this.#freezes.set(freezeScopeText(write.freeze.scope), write.freeze)
        return
      case 'freeze-ended':
        this.#freezes.delete(freezeScopeText(write.freeze.scope))
        this.#endedFreezes.push(write.freeze)
        return
      default:
        write satisfies never
    }
  }

  #count(cap: CapUse, change: number): void {
    this.#caps.set(capKey(cap), (this.#caps.get(capKey(cap)) ?? 0) + change)
  }

  capUsed(of: CapUse): Promise<number> {
    return Promise.resolve(this.#caps.get(capKey(of)) ?? 0)
  }

  entry(accessKeyId: AccessKeyId): Promise<Entry | undefined> {
    return Promise.resolve(this.#entries.get(accessKeyId))
  }

  entries(accessKeyIds: readonly AccessKeyId[]): Promise<readonly Entry[]> {
    const found = [...new Set(accessKeyIds)].map((id) => this.#entries.get(id))
    return Promise.resolve(found.filter((entry) => entry !== undefined))
  }

  timeline(accessKeyId: AccessKeyId): Promise<readonly FactRecord[]> {
    return Promise.resolve(this.#facts.get(accessKeyId) ?? [])
  }

  rotation(accountId: AccountId, userId: UserId): Promise<Rotation | undefined> {
    return Promise.resolve(this.#rotations.get(userKey({ accountId, userId })))
  }

  notice(noticeId: NoticeId): Promise<Notice | undefined> {
    return Promise.resolve(this.#notices.get(noticeId))
  }

  scanDay(date: string): Promise<ScanDay | undefined> {
    return Promise.resolve(this.#scanDays.get(date))
  }

  accountScan(date: string, accountId: AccountId): Promise<AccountScan | undefined> {
    return Promise.resolve(this.#accountScans.get(scanKey(date, accountId)))
  }

  accountScans(date: string): Promise<readonly AccountScan[]> {
    return Promise.resolve([...this.#accountScans.values()].filter((scan) => scan.date === date))
  }

  account(accountId: AccountId): Promise<KnownAccount | undefined> {
    return Promise.resolve(this.#accounts.get(accountId))
  }

  accounts(): Promise<readonly KnownAccount[]> {
    return Promise.resolve([...this.#accounts.values()])
  }

  outage(subject: OutageSubject): Promise<Outage | undefined> {
    return Promise.resolve(this.#outages.get(subject))
  }

  outages(): Promise<readonly Outage[]> {
    return Promise.resolve([...this.#outages.values()])
  }

  replay(eventId: string): Promise<Replay | undefined> {
    return Promise.resolve(this.#replays.get(eventId))
  }

  sentMail(messageId: string): Promise<SentMail | undefined> {
    return Promise.resolve(this.#sentMails.get(messageId))
  }

  entriesOfAccount(accountId: AccountId, cursor?: string): Promise<Page<Entry>> {
    return this.#query((entry) => entry.accountId === accountId, cursor)
  }

  entriesOfAudience(audience: string, cursor?: string): Promise<Page<Entry>> {
    return this.#query((entry) => entry.audience === audience, cursor)
  }

  entriesOfOwner(ownerId: string, cursor?: string): Promise<Page<Entry>> {
    return this.#query((entry) => entry.owner.id === ownerId, cursor)
  }

  entriesInState(state: EntryState, cursor?: string): Promise<Page<Entry>> {
    const found = [...this.#entries.values()].filter((entry) => entry.state === state)
    found.sort((a, b) => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || byKey(a, b))
    return Promise.resolve(pageOf(found, cursor))
  }

  allEntries(cursor?: string): Promise<Page<Entry>> {
    return this.#query(() => true, cursor)
  }

  due(shard: number, now: EpochMs, cursor?: string): Promise<Page<Due>> {
    if (shard < 0 || shard >= dueShards) throw new RangeError(`there is no shard ${shard}`)
    const rows: { readonly at: EpochMs; readonly due: Due }[] = []
    for (const { accessKeyId, dueAt } of this.#entries.values()) {
      if (dueAt !== undefined && dueAt <= now && dueShardOf(accessKeyId) === shard) {
        rows.push({ at: dueAt, due: { kind: 'entry', accessKeyId } })
      }
    }
    for (const { noticeId, dueAt } of this.#notices.values()) {
      if (dueAt !== undefined && dueAt <= now && dueShardOf(noticeId) === shard) {
        rows.push({ at: dueAt, due: { kind: 'notice', noticeId } })
      }
    }
    rows.sort((a, b) => a.at - b.at)
    return Promise.resolve(
      pageOf(
        rows.map((row) => row.due),
        cursor,
      ),
    )
  }

  configuration(): Promise<DeployedConfiguration | undefined> {
    return Promise.resolve(this.#configuration)
  }

  freezeOver(key: Pick<Entry, 'accountId' | 'policy'>): Promise<Freeze | undefined> {
    const [widest] = freezeScopesOf(key).flatMap(
      (scope) => this.#freezes.get(freezeScopeText(scope)) ?? [],
    )
    return Promise.resolve(widest)
  }

  freezes(): Promise<readonly Freeze[]> {
    return Promise.resolve([...this.#freezes.values()])
  }

  endedFreezes(): Promise<readonly EndedFreeze[]> {
    return Promise.resolve([...this.#endedFreezes].sort((a, b) => a.ended.at - b.ended.at))
  }

  #query(fits: (entry: Entry) => boolean, cursor: string | undefined): Promise<Page<Entry>> {
    const found = [...this.#entries.values()].filter(fits)
    found.sort(byKey)
    return Promise.resolve(pageOf(found, cursor))
  }
}

const byKey = (a: Entry, b: Entry): number => (a.accessKeyId < b.accessKeyId ? -1 : 1)
const userKey = (user: { accountId: string; userId: string }): string =>
  `${user.accountId}/${user.userId}`
const scanKey = (date: string, accountId: string): string => `${date}/${accountId}`
const capKey = (cap: CapUse): string => `${cap.date}/${cap.scope}`

function pageOf<T>(items: readonly T[], cursor: string | undefined): Page<T> {
  const start = cursor === undefined ? 0 : Number(cursor)
  const end = start + pageSize
  const page = { items: items.slice(start, end) }
  return end < items.length ? { ...page, cursor: String(end) } : page
}
