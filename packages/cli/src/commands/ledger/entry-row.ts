import { daysBetween, type Entry, type EpochMs, isoTime } from '@keynag/core'
import { dayOf, withIsoTimes } from '../../output/format.ts'
import type { Column } from '../../output/table.ts'

/** One key in a list. */
export interface EntryRow {
  readonly entry: Entry
  readonly ageDays: number
  /** The reason why keynag leaves the key alone for now. */
  readonly stopped: string
}

export const entryRow = (entry: Entry, now: EpochMs): EntryRow => ({
  entry,
  ageDays: daysBetween(entry.createdAt, now),
  stopped: stoppedBy(entry, now),
})

function stoppedBy(entry: Entry, now: EpochMs): string {
  if (entry.hold !== undefined) return entry.hold.code
  if (isExempt(entry, now)) return `exempt to ${dayOf(entry.exemption?.until)}`
  const { snooze } = entry
  return snooze !== undefined && snooze.until > now ? `snoozed to ${dayOf(snooze.until)}` : ''
}

export const isExempt = ({ exemption }: Entry, now: EpochMs): boolean =>
  exemption !== undefined && exemption.until > now

/** Without an owner, `owner.id` is the user's ARN, which says no more than the user's name. */
const ownerInWords = ({ owner }: Entry): string =>
  owner.source === 'nobody' ? 'nobody found' : owner.id

export const entryColumns: readonly Column<EntryRow>[] = [
  { title: 'access key', value: ({ entry }) => entry.accessKeyId },
  { title: 'account', value: ({ entry }) => entry.accountId, drop: 2 },
  { title: 'user', value: ({ entry }) => entry.userName, shrink: 2 },
  { title: 'owner', value: ({ entry }) => ownerInWords(entry), shrink: 3 },
  { title: 'state', value: ({ entry }) => entry.state },
  { title: 'days', value: ({ ageDays }) => String(ageDays), align: 'right' },
  { title: 'nags', value: ({ entry }) => String(entry.nagCount), align: 'right', drop: 3 },
  { title: 'due', value: ({ entry }) => dayOf(entry.dueAt), drop: 1 },
  { title: 'hold', value: ({ stopped }) => stopped, shrink: 1 },
]

/** The ledger's entry and its age, with instants as ISO 8601. */
export const entryJson = (entry: Entry, now: EpochMs): Record<string, unknown> => ({
  ...withIsoTimes(entry),
  ageDays: daysBetween(entry.createdAt, now),
})

const csvColumns = {
  accessKeyId: ({ entry }) => entry.accessKeyId,
  accountId: ({ entry }) => entry.accountId,
  userName: ({ entry }) => entry.userName,
  userId: ({ entry }) => entry.userId,
  owner: ({ entry }) => entry.owner.email ?? '',
  ownerFoundBy: ({ entry }) => entry.owner.evidence,
  policy: ({ entry }) => entry.policy,
  state: ({ entry }) => entry.state,
  status: ({ entry }) => entry.status,
  createdAt: ({ entry }) => isoTime(entry.createdAt),
  ageDays: ({ ageDays }) => ageDays,
  lastUsed: ({ entry: { lastUsed } }) =>
    lastUsed.kind === 'at' ? isoTime(lastUsed.at) : lastUsed.kind,
  nagCount: ({ entry }) => entry.nagCount,
  lastNaggedAt: ({ entry }) => timeOrEmpty(entry.lastNaggedAt),
  escalationLevel: ({ entry }) => entry.escalationLevel,
  dueAt: ({ entry }) => timeOrEmpty(entry.dueAt),
  hold: ({ entry }) => entry.hold?.code ?? '',
  holdSince: ({ entry }) => timeOrEmpty(entry.hold?.since),
  holdWhy: ({ entry }) => entry.hold?.why ?? '',
  exemptUntil: ({ entry }) => timeOrEmpty(entry.exemption?.until),
  snoozedUntil: ({ entry }) => timeOrEmpty(entry.snooze?.until),
} satisfies Record<string, (row: EntryRow) => string | number>

export const entryCsv = {
  titles: Object.keys(csvColumns),
  cells: (entry: Entry, now: EpochMs): readonly (string | number)[] => {
    const row = entryRow(entry, now)
    return Object.values(csvColumns).map((valueOf) => valueOf(row))
  },
}

const timeOrEmpty = (at: EpochMs | undefined): string => (at === undefined ? '' : isoTime(at))
