import { isoDay, plusDays, type AccountScan, type EpochMs, type Write } from '@keynag/core'
import type { Ports } from '../ports.ts'

/** A count of keys that is older than this does not count for the caps. */
export const mostDaysBack = 7

/**
 * Gives the scans of earlier days a result that never had one: their messages were lost, or each of
 * their deliveries died. A day without all its results never counts the keys of the organization, and
 * one such account would in the end stop every policy with a cap by share.
 */
export async function endOldScans({ ledger }: Pick<Ports, 'ledger'>, now: EpochMs): Promise<void> {
  for (let daysBack = 1; daysBack <= mostDaysBack; daysBack += 1) {
    const scans = await ledger.accountScans(isoDay(plusDays(now, -daysBack)))
    const open = scans.filter(({ result }) => result.kind === 'requested')
    // The planner of that day has looked at the days before it.
    if (scans.length > 0 && open.length === 0) return
    for (const before of open) await ledger.commit([neverEnded(before, now)])
  }
}

/** If this write loses its race, the scan has its result. */
const neverEnded = (before: AccountScan, at: EpochMs): Write => {
  const why = 'the scan never ended'
  const result = { kind: 'failed', at, code: 'KEYNAG_SCAN_UNFINISHED', why } as const
  const after = { ...before, result, version: before.version + 1 }
  return { kind: 'account-scan', before, after }
}
