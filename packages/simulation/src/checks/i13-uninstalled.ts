import { hourMs, policyNamed, type Entry, type Message, type Organization } from '@keynag/core'
import { lags } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'
import type { Mutation } from './mutation.ts'

/** I13: keynag does not replace, deactivate or delete its own replacement before anybody used it. */
export function checkIsInstalled({ simulation, invocation, entry, what }: Mutation): void {
  if (!isToBeInstalled(simulation, invocation, entry)) return
  simulation.checks.violated('I13', `${what} for the uninstalled replacement ${entry.accessKeyId}`)
}

/** I13: a message about such a key asks to install it. It announces nothing, and goes to the owner. */
export function checkInstallationIsAskedFor(
  simulation: CheckedRun,
  invocation: Invocation,
  message: Message,
): void {
  const { books, checks } = simulation
  const isToInstall = (accessKeyId: string): boolean => {
    const entry = books.entries.get(accessKeyId)
    return entry !== undefined && isToBeInstalled(simulation, invocation, entry)
  }
  if (message.kind === 'escalation' && isToInstall(message.key.accessKeyId)) {
    checks.violated('I13', `${message.key.accessKeyId} was escalated, and it is not installed yet`)
  }
  if (message.kind !== 'nag') return
  for (const { accessKeyId, replaces, ahead } of [...message.keys, ...message.alsoOpen]) {
    if (replaces !== undefined && isSeenInUse(simulation, invocation, accessKeyId)) {
      checks.violated('I13', `a nag asks to install ${accessKeyId}, which is in use`)
    }
    if (!isToInstall(accessKeyId)) continue
    if (replaces === undefined || ahead.kind !== 'nothing') {
      checks.violated('I13', `a nag asks to replace ${accessKeyId}, which is not installed yet`)
    }
  }
}

/** No program has used the key that keynag issued, and a scan after that could tell. */
function isToBeInstalled(
  { books, estate }: CheckedRun,
  { organization, startedAt }: Invocation,
  entry: Entry,
): boolean {
  const { accessKeyId } = entry
  if (takesAllKeys(organization, entry) || estate.key(accessKeyId).uses.length > 0) return false
  const issued = [...books.entries.values()].find(
    ({ handover }) =>
      handover?.replacementKeyId === accessKeyId && handover.secretArn !== undefined,
  )
  const issuedAt = issued?.handover?.issuedAt
  return issuedAt !== undefined && isScannedSince(books, entry, issuedAt, startedAt)
}

/**
 * A program has used the key, and a scan after that could tell. A use soon after keynag's own test may
 * be in one entry of the report with it.
 */
function isSeenInUse(
  { books, estate }: CheckedRun,
  { startedAt }: Invocation,
  accessKeyId: string,
): boolean {
  const entry = books.entries.get(accessKeyId)
  const { uses, tests } = estate.key(accessKeyId)
  const tested = Math.max(-Infinity, ...tests)
  const used = uses.find((at) => at > tested + hourMs)
  return (
    entry !== undefined &&
    used !== undefined &&
    isScannedSince(books, entry, used + lags.lastUsed, startedAt)
  )
}

const isScannedSince = (
  { scans }: CheckedRun['books'],
  { accountId }: Entry,
  since: number,
  until: number,
): boolean =>
  [...scans.values()].some(
    ({ account, result }) =>
      account.accountId === accountId &&
      result.kind === 'finished' &&
      result.unread === undefined &&
      result.reportAt > since &&
      result.at < until,
  )

function takesAllKeys({ policies }: Organization, { policy }: Entry): boolean {
  const enforce = policyNamed(policies, policy)?.enforce
  return enforce !== undefined && enforce.kind !== 'none' && enforce.atDay === 0
}
