import {
  type AccountId,
  daysBetween,
  dueShards,
  type Entry,
  type EntryState,
  type EpochMs,
  everyItem,
  type HoldCode,
  type Ledger,
} from '@keynag/core'
import { isExempt } from './entry-row.ts'

/** What the options of `ledger list` filter by. An absent filter matches every entry. */
interface Filter {
  readonly state?: EntryState | undefined
  readonly account?: AccountId | undefined
  readonly owner?: string | undefined
  readonly policy?: string | undefined
  readonly olderThan?: number | undefined
  readonly youngerThan?: number | undefined
  readonly dueBefore?: EpochMs | undefined
  /** `true`: on hold for any reason. */
  readonly held?: true | HoldCode | undefined
  readonly exempt: boolean
}

/** The entries that match the filter, page by page, from the index that reads the fewest entries. */
export async function* selectEntries(
  ledger: Ledger,
  filter: Filter,
  now: EpochMs,
): AsyncGenerator<Entry> {
  for await (const entry of narrowestIndex(ledger, filter)) {
    if (matches(entry, filter, now)) yield entry
  }
}

function narrowestIndex(ledger: Ledger, filter: Filter): AsyncIterable<Entry> {
  const { owner, account, dueBefore, state } = filter
  if (owner !== undefined) return everyItem((cursor) => ledger.entriesOfOwner(owner, cursor))
  if (account !== undefined) return everyItem((cursor) => ledger.entriesOfAccount(account, cursor))
  if (dueBefore !== undefined) return entriesDue(ledger, dueBefore)
  if (state !== undefined) return everyItem((cursor) => ledger.entriesInState(state, cursor))
  return everyItem((cursor) => ledger.allEntries(cursor))
}

function matches(entry: Entry, filter: Filter, now: EpochMs): boolean {
  const ageDays = daysBetween(entry.createdAt, now)
  return (
    (filter.state === undefined || entry.state === filter.state) &&
    (filter.account === undefined || entry.accountId === filter.account) &&
    (filter.owner === undefined || entry.owner.id === filter.owner) &&
    (filter.policy === undefined || entry.policy === filter.policy) &&
    (filter.olderThan === undefined || ageDays >= filter.olderThan) &&
    (filter.youngerThan === undefined || ageDays < filter.youngerThan) &&
    (filter.dueBefore === undefined ||
      (entry.dueAt !== undefined && entry.dueAt < filter.dueBefore)) &&
    (filter.held === undefined ||
      (filter.held === true ? entry.hold !== undefined : entry.hold?.code === filter.held)) &&
    (!filter.exempt || isExempt(entry, now))
  )
}

/** Each shard of the index is sorted by due date; this merges them, the soonest first. */
async function* entriesDue(ledger: Ledger, until: EpochMs): AsyncGenerator<Entry> {
  const shards = Array.from({ length: dueShards }, (_, shard) => dueInShard(ledger, shard, until))
  const open = await Promise.all(shards.map(async (rest) => ({ rest, head: await rest.next() })))
  for (;;) {
    let soonest: { readonly at: number; readonly index: number; readonly entry: Entry } | undefined
    for (const [index, { head }] of open.entries()) {
      if (head.done === true) continue
      const at = head.value.dueAt ?? Infinity
      if (soonest === undefined || at < soonest.at) soonest = { at, index, entry: head.value }
    }
    const from = soonest === undefined ? undefined : open[soonest.index]
    if (soonest === undefined || from === undefined) return
    yield soonest.entry
    from.head = await from.rest.next()
  }
}

async function* dueInShard(
  ledger: Ledger,
  shard: number,
  until: EpochMs,
): AsyncGenerator<Entry, undefined> {
  let cursor: string | undefined
  do {
    const page = await ledger.due(shard, until, cursor)
    const ids = page.items.flatMap((due) => (due.kind === 'entry' ? [due.accessKeyId] : []))
    const entries = [...(await ledger.entries(ids))]
    yield* entries.sort((a, b) => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity))
    cursor = page.cursor
  } while (cursor !== undefined)
}
