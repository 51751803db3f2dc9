import { dayMs, warnFrom, type Entry } from '@keynag/core'
import { lags, type SimAccount, type SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'
import { isKept } from './i13-right-target.ts'

/**
 * I11, at the end: what two scans could see of a key is in the ledger. A single scan may have lost its
 * write to another function.
 */
export function checkLedgerIsTrue(run: CheckedRun): void {
  for (const entry of run.books.entries.values()) {
    const key = run.estate.key(entry.accessKeyId)
    // No scan can look into an account that is closed or gone, and the stories of its keys are over.
    if (!isOpen(run.estate.account(entry.accountId))) continue
    const seenAt = secondNewestReport(run, entry)
    const wrong = seenAt === undefined ? undefined : wrongAbout(run, entry, key, seenAt)
    if (wrong !== undefined) run.checks.violated('I11', `${key.id} ${wrong}`)
  }
}

const isOpen = ({ state, isListed }: SimAccount): boolean => state === 'ACTIVE' && isListed

function wrongAbout(
  run: CheckedRun,
  { state, status }: Entry,
  key: SimKey,
  seenAt: number,
): string | undefined {
  const changedAt = Math.max(key.events.at(-1)?.at ?? 0, key.user.movedAt)
  if (changedAt > seenAt - lags.staleList) return undefined
  const isEnded = state === 'resolved' || state === 'deleted'
  if (key.deletedAt !== undefined) {
    return isEnded ? undefined : `is gone, and to the ledger it is ${state}`
  }
  const policies = run.organization.policies.filter(({ match }) => Object.keys(match).length === 0)
  const [policy] = policies
  if (policy === undefined || isKept(key.user, run.organization)) return undefined
  const isOld = key.createdAt + warnFrom(policy) * dayMs <= seenAt
  if (isOld && key.status === 'Active' && isEnded) {
    return `is Active and stale, and to the ledger it is ${state}`
  }
  return key.status === status ? undefined : `is ${key.status}, and to the ledger it is ${status}`
}

function secondNewestReport({ books }: CheckedRun, { accountId }: Entry): number | undefined {
  const reports: number[] = []
  for (const { account, result } of books.scans.values()) {
    if (account.accountId !== accountId || result.kind !== 'finished') continue
    if (result.unread === undefined) reports.push(result.reportAt)
  }
  return reports.toSorted((a, b) => a - b).at(-2)
}
