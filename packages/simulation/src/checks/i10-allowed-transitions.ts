import { transition, type Write } from '@keynag/core'
import type { CheckedRun } from './checked-run.ts'

/** I10: an entry changes only as the transition table allows, and only from its latest version. */
export function checkTransition(
  { checks, books }: CheckedRun,
  { before, after, fact }: Extract<Write, { kind: 'entry' }>,
): void {
  const from = before?.state
  const first = fact.kind === 'found' ? 'nagging' : undefined
  const next = from === undefined ? first : transition(from, fact.kind)
  if (next !== after.state || after.version !== (before?.version ?? 0) + 1) {
    const sentence = `${after.accessKeyId}: "${fact.kind}" leads from ${from} to ${after.state}`
    checks.violated('I10', sentence)
  }
  const latest = books.entries.get(after.accessKeyId)
  if (latest?.version !== before?.version || latest?.state !== from) {
    checks.violated('I10', `${after.accessKeyId}: "${fact.kind}" overwrote ${latest?.state}`)
  }
  if (from !== undefined) checks.transitions.add(`${from} ${fact.kind}`)
}
