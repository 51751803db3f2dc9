import { type AccountScan, isoTime, type Rotation, unreadText } from '@keynag/core'
import { dayOf, minuteOf, plural, withIsoTimes, wrap } from '../../output/format.ts'
import { type Column, tableOf } from '../../output/table.ts'
import type { Shell } from '../../shell/shell.ts'
import type { AccountView } from './account-view.ts'
import { entryColumns, entryJson, entryRow } from './entry-row.ts'
import { escaped } from '../../shell/terminal-text.ts'

export const accountJson = ({
  accountId,
  known,
  unread,
  entries,
  scans,
  rotations,
  now,
}: AccountView): object => ({
  accountId,
  account: known === undefined ? null : withIsoTimes(known),
  unread: unread === undefined ? null : withIsoTimes(unread),
  keys: entries.map((entry) => entryJson(entry, now)),
  scans: scans.map(({ date, scan }) => ({
    date,
    result: scan === undefined ? { kind: 'not-planned' } : withIsoTimes(scan.result),
  })),
  rotations: rotations.map(withIsoTimes),
})

export function renderAccount(view: AccountView, look: Pick<Shell, 'width' | 'style'>): string {
  const { accountId, entries, scans, rotations, now } = view
  const name =
    scans.find(({ scan }) => scan !== undefined)?.scan?.account.name ?? view.known?.name ?? ''
  const parts = [look.style('bold', `Account ${accountId}${name === '' ? '' : ` (${name})`}`)]
  parts.push(...knownInWords(view).map((words) => wrap(escaped(words), look.width)))
  const root = rootKeysOf(scans)
  if (root !== undefined) parts.push(look.style('yellow', root))
  parts.push(
    entries.length === 0
      ? 'No keys in the ledger.'
      : tableOf(
          entries.map((entry) => entryRow(entry, now)),
          entryColumns.filter(({ title }) => title !== 'account'),
          look,
        ),
  )
  if (rotations.length > 0) parts.push(tableOf(rotations, rotationColumns, look))
  parts.push(tableOf(scans, scanColumns, look))
  return parts.join('\n\n')
}

/** What keynag knows of the account itself, and how old that is. */
function knownInWords({ known, unread }: AccountView): readonly string[] {
  if (unread !== undefined) {
    return [`The account is ${unreadText(unread)}. ${plural(unread.keys, 'key')} left alone.`]
  }
  if (known?.endedAt !== undefined) {
    return [`The account is ${known.state}: its keys' stories ended on ${dayOf(known.endedAt)}.`]
  }
  if (known?.readAt === undefined) return []
  return [`A scan last read the account at ${minuteOf(known.readAt)}.`]
}

type DayOfScan = AccountView['scans'][number]

const scanColumns: readonly Column<DayOfScan>[] = [
  { title: 'scan', value: ({ date }) => date },
  { title: 'result', value: ({ scan }) => scan?.result.kind ?? 'not planned' },
  {
    title: 'what',
    value: ({ scan }) => (scan === undefined ? '' : resultInWords(scan)),
    shrink: 1,
  },
]

const rotationColumns: readonly Column<Rotation>[] = [
  { title: 'open rotation of', value: ({ accessKeyId }) => accessKeyId },
  { title: 'since', value: ({ openedAt }) => dayOf(openedAt) },
  { title: 'phase', value: ({ phase }) => phase.kind },
  { title: 'lease', value: ({ lease }) => (lease ? `until ${minuteOf(lease.until)}` : 'free') },
]

function resultInWords({ result, requestedAt }: AccountScan): string {
  switch (result.kind) {
    case 'requested':
      return `requested at ${minuteOf(requestedAt)}, no result yet`
    case 'finished': {
      const { users, keys, stale, found, resolved } = result.counts
      const stages = [`${stale} stale`, `${found} new`, `${resolved} settled`].join(', ')
      const gaps = (result.unread ?? []).map(({ userName, code }) => `${userName} (${code})`)
      const inPart = gaps.length === 0 ? '' : `; could not look at ${gaps.join(', ')}`
      return `${plural(keys, 'key')} of ${plural(users, 'user')}: ${stages}${inPart}`
    }
    case 'failed':
      return `${result.code}: ${result.why}`
    case 'skipped':
      return result.why
    default:
      return result satisfies never
  }
}

/** The root access keys that the newest finished scan of the account saw. */
function rootKeysOf(scans: readonly DayOfScan[]): string | undefined {
  for (const { scan } of scans) {
    if (scan?.result.kind !== 'finished') continue
    const { rootKeys, at } = scan.result
    if (rootKeys.length === 0) return undefined
    const keys = rootKeys.map(({ slot, changedAt }) =>
      changedAt === undefined ? `slot ${slot}` : `slot ${slot}, changed ${dayOf(changedAt)}`,
    )
    const count = plural(rootKeys.length, 'active root access key')
    return `${count} (${keys.join('; ')}), seen ${isoTime(at).slice(0, 10)}`
  }
  return undefined
}
