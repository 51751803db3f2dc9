import { type Freeze, freezeScopeText, unreadText, type UnreadAccountRow } from '@keynag/core'
import { plural, wrap } from '../../output/format.ts'
import type { Shell } from '../../shell/shell.ts'
import type { LedgerCounts } from './counts.ts'
import type { Coverage } from './newest-scans.ts'
import { escaped } from '../../shell/terminal-text.ts'

export interface Stats extends LedgerCounts {
  readonly place: string
  /** The freezes that are on. */
  readonly freezes: readonly (Omit<Freeze, 'since'> & { readonly since: string })[]
  readonly coverage: Coverage | null
  /** The accounts about whose keys keynag says and does nothing. */
  readonly unread: readonly UnreadAccountRow[]
  /** How many items this release cannot read. The figures do not include them. */
  readonly unreadable: number
}

const sentenceOf = ({ scope, since, by, why }: Stats['freezes'][number]): string =>
  scope.kind === 'all'
    ? `Frozen since ${since} by ${by}: ${why}`
    : `Frozen since ${since} by ${by}, ${freezeScopeText(scope)}: ${why}`

export function renderStats(stats: Stats, look: Pick<Shell, 'width' | 'style'>): string {
  const frozen = stats.freezes.map((freeze) =>
    look.style('red', wrap(escaped(sentenceOf(freeze)), look.width, '  ')),
  )
  return [
    ...(frozen.length === 0 ? [] : [...frozen, '']),
    wrap(
      `${plural(stats.keys, 'key')} in the ledger, ${stats.open.toLocaleString('en')} still open, of ` +
        `${plural(stats.owners, 'owner')}; ${stats.withoutOwner} without an owner. ` +
        `${plural(stats.reminders, 'reminder')} so far.`,
      look.width,
    ),
    ...group('By state', stats.states, look),
    ...group('By policy', stats.policies, look),
    ...group('By age', stats.ages, look),
    ...group('By reminders', stats.nags, look),
    ...group(`Held for an operator: ${stats.held}`, stats.holds, look),
    ...(stats.exempt === 0 ? [] : ['', `Exempt now: ${stats.exempt}`]),
    ...coverageLines(stats.coverage, look),
    ...unreadLines(stats.unread, look),
  ].join('\n')
}

function group(
  title: string,
  counts: Readonly<Record<string, number>>,
  { style }: Pick<Shell, 'style'>,
): readonly string[] {
  const rows = Object.entries(counts)
  const space = Math.max(0, ...rows.map(([name]) => name.length)) + 2
  const digits = Math.max(0, ...rows.map(([, count]) => count.toLocaleString('en').length))
  return [
    '',
    style('bold', title),
    ...rows.map(
      ([name, count]) =>
        `  ${escaped(name).padEnd(space)}${count.toLocaleString('en').padStart(digits)}`,
    ),
  ]
}

function coverageLines(
  coverage: Coverage | null,
  { width, style }: Pick<Shell, 'width' | 'style'>,
): readonly string[] {
  if (coverage === null) return ['', style('yellow', 'No scan was planned in the last month.')]
  const { date, planned, finished, notScanned, rootKeys } = coverage
  const line = (text: string): string => wrap(`  ${escaped(text)}`, width, '    ')
  return [
    '',
    style('bold', `Scan of ${date}: ${finished} of ${plural(planned, 'account')} read`),
    ...notScanned.map((gap) => style('yellow', line(`${who(gap)} was not read: ${gap.why}`))),
    ...rootKeys.map((root) =>
      style('yellow', line(`${who(root)} has ${plural(root.keys, 'active root access key')}`)),
    ),
  ]
}

function unreadLines(
  rows: readonly UnreadAccountRow[],
  { width, style }: Pick<Shell, 'width' | 'style'>,
): readonly string[] {
  if (rows.length === 0) return []
  const lines = rows.map((row) =>
    wrap(
      `  ${escaped(`${who(row)}, ${plural(row.keys, 'key')} left alone, ${unreadText(row)}`)}`,
      width,
      '    ',
    ),
  )
  return ['', style('bold', 'Unread accounts'), ...lines.map((line) => style('yellow', line))]
}

const who = ({ accountId, name }: { accountId: string; name: string }): string =>
  name === '' ? accountId : `${accountId} (${name})`
