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
  NoticeId,
  Replay,
  SentMail,
} from '@keynag/core'
import type { MailEvent } from '@keynag/engine'
import type { Reading } from './read-letter.ts'

/** What the ledger says about one event, read at `now`. */
export interface Facts {
  readonly now: EpochMs
  readonly replay?: Replay | undefined
  readonly freeze?: Freeze | undefined
  readonly accountScan?: AccountScan | undefined
  readonly notice?: Notice | undefined
  /** The mail that SES reports on, if keynag sent it. */
  readonly sentMail?: SentMail | undefined
  /** The entries of the keys that the event or its notice is about. */
  readonly entries: readonly Entry[]
}

/** A notice may be about hundreds of keys; this many are enough for filters. */
const mostKeys = 100

/** Reads the ledger about one event, strongly consistent. */
export async function lookUp(ledger: Ledger, reading: Reading, now: EpochMs): Promise<Facts> {
  if (reading.kind === 'unreadable') return { now, entries: [] }
  if (reading.kind === 'mail')
    return { now, entries: [], ...(await aboutMail(ledger, reading.event)) }
  const { event } = reading
  const [replay, rest] = await Promise.all([ledger.replay(event.id), about(ledger, event)])
  return { now, replay, entries: [], ...rest }
}

async function aboutMail(ledger: Ledger, event: MailEvent): Promise<Partial<Facts>> {
  if (event.kind === 'other') return {}
  const sentMail = await ledger.sentMail(event.messageId)
  return sentMail === undefined
    ? {}
    : { sentMail, ...(await aboutNotice(ledger, sentMail.noticeId)) }
}

async function aboutNotice(ledger: Ledger, noticeId: NoticeId): Promise<Partial<Facts>> {
  const notice = await ledger.notice(noticeId)
  const keys = notice?.accessKeyIds.slice(0, mostKeys) ?? []
  return { notice, entries: keys.length === 0 ? [] : await ledger.entries(keys) }
}

async function about(ledger: Ledger, event: KeynagEvent): Promise<Partial<Facts>> {
  switch (event.type) {
    case 'scan.requested': {
      const { date, accountId } = event.data
      return { accountScan: await ledger.accountScan(date, accountId) }
    }
    case 'notice.due':
      return aboutNotice(ledger, event.data.noticeId)
    case 'rotation.due': {
      const entries = await ledger.entries([event.data.accessKeyId])
      const [entry] = entries
      return { entries, freeze: entry && (await ledger.freezeOver(entry)) }
    }
    case 'key.stale':
    case 'nags.unanswered':
      return { entries: await ledger.entries([event.data.accessKeyId]) }
    default:
      return event satisfies never
  }
}

/** The accounts and keys that a dead letter is about, by its event and by the ledger. */
export function subjectsOf(
  reading: Reading,
  { entries, notice }: Facts,
): { readonly accounts: readonly AccountId[]; readonly keys: readonly AccessKeyId[] } {
  if (reading.kind === 'unreadable') return { accounts: [], keys: [] }
  const accounts = entries.map(({ accountId }) => accountId)
  if (reading.kind === 'mail') {
    return { accounts: [...new Set(accounts)], keys: notice?.accessKeyIds ?? [] }
  }
  const { data } = reading.event
  return {
    accounts: [...new Set('accountId' in data ? [data.accountId] : accounts)],
    keys: 'accessKeyId' in data ? [data.accessKeyId] : (notice?.accessKeyIds ?? []),
  }
}
