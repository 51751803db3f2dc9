import { plural } from '../../output/format.ts'
import { type Column, tableOf } from '../../output/table.ts'
import type { Shell } from '../../shell/shell.ts'
import type { AuditReport, Finding } from './findings.ts'
import { dueInWords, lastUsedInWords } from './words.ts'

const columns: readonly Column<Finding>[] = [
  { title: 'account', value: ({ accountId }) => accountId },
  { title: 'user', value: ({ userName }) => userName, shrink: 2 },
  { title: 'access key', value: ({ accessKeyId }) => accessKeyId },
  { title: 'days', value: ({ ageDays }) => String(ageDays), align: 'right' },
  { title: 'status', value: ({ status }) => status, drop: 2 },
  { title: 'last used', value: lastUsedInWords, shrink: 3, drop: 1 },
  { title: 'owner', value: ({ owner }) => owner ?? 'nobody found', shrink: 1 },
  { title: 'policy', value: ({ policy }) => policy, shrink: 5, drop: 3 },
  { title: 'due', value: dueInWords, shrink: 4 },
]

/** The report for a person at a terminal. It always shows unread accounts and root access keys. */
export function textOf(report: AuditReport, shell: Pick<Shell, 'width' | 'style'>): string {
  const { findings } = report
  const table = findings.length === 0 ? [] : [tableOf(findings, columns, shell), '']
  const gaps = gapsOf(report).map((line) => shell.style('yellow', line))
  return [...table, ...gaps, ...(gaps.length === 0 ? [] : ['']), summaryOf(report)].join('\n')
}

/** A line for each account that was not read or has root access keys. */
export const gapsOf = ({ accounts }: AuditReport): readonly string[] =>
  accounts.flatMap(({ accountId, name, state, error, code, rootKeys = [], unread = [] }) => {
    const who = name === '' ? accountId : `${accountId} (${name})`
    if (state === 'failed')
      return [`${who} was not read: ${code ?? 'KEYNAG_INTERRUPTED'}: ${error}`]
    if (state === 'skipped') return [`${who} was not read: ${error}`]
    const gaps = unread.map(
      (gap) => `${gap.userName} in ${who} was not read: ${gap.code}: ${gap.why}`,
    )
    if (rootKeys.length === 0) return gaps
    return [...gaps, `${who} has ${plural(rootKeys.length, 'active root access key')}`]
  })

/** The summary of an audit in one line. */
export function summaryOf({ accounts, findings, policies }: AuditReport): string {
  const of = (wanted: string) => accounts.filter(({ state }) => state === wanted)
  const sum = (field: 'users' | 'keys') =>
    accounts.reduce((total, account) => total + (account[field] ?? 0), 0)
  const unread = [...of('failed'), ...of('skipped')].length
  return [
    `${plural(findings.length, 'stale key')} under ${policies.join(', ')}:`,
    `${plural(sum('keys'), 'key')} of ${plural(sum('users'), 'user')}`,
    `in ${plural(of('scanned').length, 'account')} read`,
    unread === 0 ? '' : `and ${plural(unread, 'account')} not read`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}
