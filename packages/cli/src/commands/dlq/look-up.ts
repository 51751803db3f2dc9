import type {
  AccessKeyId,
  AccountId,
  AccountScan,
  Entry,
  EpochMs,
  Freeze,
  KeynagEvent,
  Ledger,
  Notice,
  Replay,
} from '@keynag/core'
import type { Reading } from './read-letter.ts'

/** What the ledger holds about one event, read at `now`. */
export interface Facts {
  readonly now: EpochMs
  readonly replay?: Replay | undefined
  readonly freeze?: Freeze | undefined
  readonly accountScan?: AccountScan | undefined
  readonly notice?: Notice | undefined
  /** Of the key that the event is about, or of those that its notice is about. */
  readonly entries: readonly Entry[]
}

/** A notice to an audience may be about hundreds of keys; for filters these are enough. */
const mostKeys = 100

/** Asks the ledger about one event, strongly consistent. */
export async function lookUp(ledger: Ledger, reading: Reading, now: EpochMs): Promise<Facts> {
  if (reading.kind === 'unreadable') return { now, entries: [] }
  const { event } = reading
  const [replay, rest] = await Promise.all([ledger.replay(event.id), about(ledger, event)])
  return { now, replay, entries: [], ...rest }
}

async function about(ledger: Ledger, event: KeynagEvent): Promise<Partial<Facts>> {
  switch (event.type) {
    case 'scan.requested': {
      const { date, accountId } = event.data
      return { accountScan: await ledger.accountScan(date, accountId) }
    }
    case 'notice.due': {
      const notice = await ledger.notice(event.data.noticeId)
      const keys = notice?.accessKeyIds.slice(0, mostKeys) ?? []
      return { notice, entries: keys.length === 0 ? [] : await ledger.entries(keys) }
    }
    case 'rotation.due':
      return {
        freeze: await ledger.freeze(),
        entries: await ledger.entries([event.data.accessKeyId]),
      }
    case 'key.stale':
    case 'nags.unanswered':
      return { entries: await ledger.entries([event.data.accessKeyId]) }
    default:
      return event satisfies never
  }
}

/** Whom a dead letter is about: by its event and by what the ledger holds of that. */
export function subjectsOf(
  reading: Reading,
  { entries, notice }: Facts,
): { readonly accounts: readonly AccountId[]; readonly keys: readonly AccessKeyId[] } {
  if (reading.kind === 'unreadable') return { accounts: [], keys: [] }
  const { data } = reading.event
  const accounts = entries.map(({ accountId }) => accountId)
  return {
    accounts: [...new Set('accountId' in data ? [data.accountId] : accounts)],
    keys: 'accessKeyId' in data ? [data.accessKeyId] : (notice?.accessKeyIds ?? []),
  }
}
