import { invariantTitle } from '@keynag/core/invariants'
import type { Findings } from './summary.ts'

/** The results as a table for people. */
export function tableOf({
  summary,
  nagsThatCount,
  holds,
  notScanned,
  deadLetters,
  rootKeyAccounts,
}: Findings): string {
  const { scans, rotations } = summary
  const rows: readonly (readonly [string, number | string, string])[] = [
    [
      'stale keys found',
      summary.stale,
      `of ${summary.keys} keys of ${summary.users} users in ${summary.accounts} accounts`,
    ],
    [
      'reminders',
      summary.nags,
      `sent to ${summary.ownersNagged} owners, counted per key; ${nagsThatCount} of them count`,
    ],
    ...(summary.posts === 0
      ? []
      : [['posts in a channel', summary.posts, 'counted per key'] as const]),
    ['mails that bounced', summary.withdrawn, 'their reminders do not count'],
    ['escalations', summary.escalations, 'to managers and security'],
    ['fixed by their owners', summary.resolvedByOwner, ''],
    ['replaced', rotations.issued, `for ${rotations.completed} of them, the old key is deleted`],
    ['deactivated', summary.deactivated, ''],
    ['deleted', summary.deleted, 'each no earlier than its owner was told'],
    ['held for an operator', summary.held, listed(holds)],
    ['exempt', summary.exempt, 'until a date, with an approver and a ticket'],
    ['dead letters', summary.deadLettered, listed(deadLetters)],
    [
      'account scans',
      scans.requested,
      `${scans.complete} finished, ${scans.accountsFailed} failed`,
    ],
    ['accounts with root keys', rootKeyAccounts.length, rootKeyAccounts.join(', ')],
    ['invariants violated', summary.invariantViolations.length, ''],
  ]
  const lines = rows.map(([what, count, remark]) =>
    `  ${what.padEnd(24)}${String(count).padStart(6)}  ${remark}`.trimEnd(),
  )
  const violations = summary.invariantViolations.map(
    ({ invariant, sentence }) => `    ${invariantTitle(invariant)}: ${sentence}`,
  )
  const gaps = notScanned.map(({ account, why }) => `    ${account}: ${why}`)
  return [
    ...lines,
    ...violations,
    ...(gaps.length === 0
      ? []
      : ['', '  accounts that were not scanned, with the reason', ...gaps]),
  ].join('\n')
}

/** What to look for in the inbox: whom, from which day on. */
export function lookUpsIn({ summary: { lookUps } }: Findings): string {
  const readers = lookUps.map(({ reader = 'the operator' }) => reader)
  const width = Math.max(0, ...readers.map(({ length }) => length))
  const lines = lookUps.map(
    ({ day, what }, index) =>
      `    day ${String(day).padStart(3)}  ${(readers[index] ?? '').padEnd(width)}  ${what}`,
  )
  return lines.length === 0
    ? ''
    : ['', '  who to look up in the inbox, and why', ...lines].join('\n')
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
