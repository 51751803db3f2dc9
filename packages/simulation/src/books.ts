import type {
  AccountScan,
  Entry,
  EpochMs,
  Fact,
  FreezeScope,
  KnownAccount,
  Notice,
  Page,
  Rotation,
  ScanDay,
  Write,
} from '@keynag/core'

/** A copy of what the ledger has committed, which a check can read without waiting. */
export class Books {
  readonly entries = new Map<string, Entry>()
  readonly facts = new Map<string, { readonly at: EpochMs; readonly fact: Fact }[]>()
  readonly rotations = new Map<string, Rotation>()
  readonly notices = new Map<string, Notice>()
  readonly scans = new Map<string, AccountScan>()
  readonly days = new Map<string, ScanDay>()
  readonly accounts = new Map<string, KnownAccount>()
  /** The messages of which keynag has recorded that a channel took them. */
  readonly delivered = new Set<string>()
  /** Since when the ledger says of an account that it is ACTIVE, if it said otherwise before. */
  readonly openSince = new Map<string, number>()
  /** When keynag last took up an account again, which had been closed or gone. */
  readonly backAt = new Map<string, number>()
  /** The freezes that are on, and since when. */
  readonly freezes = new Map<string, { readonly scope: FreezeScope; readonly at: number }>()
  /** Counts commits. */
  version = 0
  #before: readonly Entry[] = []

  note(writes: readonly Write[], now: number): void {
    this.#before = [...this.entries.values()]
    this.version += 1
    for (const write of writes) {
      if (write.kind === 'entry') {
        const { accessKeyId, changedAt } = write.after
        this.entries.set(accessKeyId, write.after)
        const facts = this.facts.get(accessKeyId)
        const record = { at: changedAt, fact: write.fact }
        if (facts === undefined) this.facts.set(accessKeyId, [record])
        else facts.push(record)
        if ('delivery' in write.fact && write.fact.delivery !== undefined) {
          this.delivered.add(write.fact.delivery.messageId)
        }
      } else if (write.kind === 'rotation') this.rotations.set(userKey(write.after), write.after)
      else if (write.kind === 'notice') this.#noteNotice(write.after)
      else if (write.kind === 'account') this.#noteAccount(write, now)
      else if (write.kind === 'scan-day') this.days.set(write.after.date, write.after)
      else if (write.kind === 'account-scan') {
        const { date, account } = write.after
        this.scans.set(`${date} ${account.accountId}`, write.after)
      }
    }
  }

  #noteNotice(notice: Notice): void {
    this.notices.set(notice.noticeId, notice)
    if (notice.delivery !== undefined) this.delivered.add(notice.delivery.messageId)
  }

  #noteAccount({ before, after }: Extract<Write, { kind: 'account' }>, now: number): void {
    this.accounts.set(after.accountId, after)
    if (after.state === 'ACTIVE' && before?.state !== 'ACTIVE') {
      this.openSince.set(after.accountId, now)
    }
    const isBack = before?.stopped !== undefined && after.stopped === undefined
    if (isBack) this.backAt.set(after.accountId, after.readAt ?? 0)
  }

  /** The soonest `dueAt` of anything. */
  get nextDue(): number | undefined {
    let soonest: number | undefined
    for (const map of [this.entries, this.notices]) {
      for (const { dueAt } of map.values()) {
        if (dueAt !== undefined && (soonest === undefined || dueAt < soonest)) soonest = dueAt
      }
    }
    return soonest
  }

  /** What a query returns when its index has not seen the latest commit yet. */
  pageBefore(accountId: string): Page<Entry> {
    return { items: this.#before.filter((entry) => entry.accountId === accountId) }
  }

  rotationOf(user: { readonly accountId: string; readonly userId: string }): Rotation | undefined {
    return this.rotations.get(userKey(user))
  }

  factsOf(accessKeyId: string): readonly { readonly at: EpochMs; readonly fact: Fact }[] {
    return this.facts.get(accessKeyId) ?? []
  }
}

export const userKey = (user: { readonly accountId: string; readonly userId: string }): string =>
  `${user.accountId}/${user.userId}`
