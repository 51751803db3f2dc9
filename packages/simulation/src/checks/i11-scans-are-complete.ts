import { minuteMs, type Entry } from '@keynag/core'
import type { CheckedRun } from './checked-run.ts'

/** A function that read the ledger before this may still be at work. */
const longestRunMs = 15 * minuteMs

/**
 * I11: keynag resolves a key only when it, or its user, is gone, or when a person switched it off. That an
 * account is closed is as old as the last list in the ledger: it may be open again for less than a day.
 */
export function checkResolutionIsTrue(run: CheckedRun, entry: Entry): void {
  if (entry.state !== 'resolved') return
  const { books, checks, estate, now } = run
  const key = estate.key(entry.accessKeyId)
  const isWrong =
    (entry.resolution === 'deleted-by-owner' && key.deletedAt === undefined) ||
    (entry.resolution === 'user-deleted' && key.user.deletedAt === undefined)
  const { state, isListed } = estate.account(key.user.accountId)
  const isKnownOpen =
    books.accounts.get(entry.accountId)?.state === 'ACTIVE' &&
    now - (books.openSince.get(entry.accountId) ?? -Infinity) > longestRunMs
  if (entry.resolution === 'account-closed' && state !== 'CLOSED' && isListed && isKnownOpen) {
    checks.violated('I11', `${key.id} was resolved as account-closed, and its account is ${state}`)
  }
  if (isWrong) checks.violated('I11', `${key.id} was resolved as ${entry.resolution} and exists`)
  // CloudTrail did not show keynag's own call, so the function could not know.
  if (checks.trailLate.has(key.id)) return
  const isDeletedByKeynag = key.events.some(({ what, by }) => what === 'deleted' && by === 'keynag')
  if (entry.resolution === 'deleted-by-owner' && isDeletedByKeynag) {
    checks.violated('I11', `${key.id} was resolved as deleted-by-owner, and keynag had done that`)
  }
  const off = key.events.findLast(({ what }) => what === 'deactivated' || what === 'expired')
  const isOwners = off?.by === 'person' || key.calls.at(-1)?.session === undefined
  if (entry.resolution === 'deactivated-by-owner' && !isOwners) {
    checks.violated('I11', `${key.id} was resolved as deactivated-by-owner, and no person did that`)
  }
}

/** I11: keynag records a key as deleted by itself only when it is gone, and keynag did that. */
export function checkDeletionIsTrue({ checks, estate }: CheckedRun, entry: Entry): void {
  const key = estate.key(entry.accessKeyId)
  if (key.deletedAt === undefined) {
    checks.violated('I11', `${key.id} was recorded as deleted and exists`)
  } else if (key.events.at(-1)?.by !== 'keynag') {
    checks.violated(
      'I11',
      `${key.id} was recorded as deleted by keynag, and a person had done that`,
    )
  }
}

/** I11, at the end: each requested scan has a result, unless a person has its message. */
export function checkScansHaveResults({ books, queues, injector, checks }: CheckedRun): void {
  const isPlannerSafe = injector.incidents.every(({ where }) => !where.startsWith('planner '))
  if (!isPlannerSafe || queues.dead.some(({ queue }) => queue === 'scan')) return
  for (const [which, { result }] of books.scans) {
    if (result.kind === 'requested') checks.violated('I11', `the scan ${which} has no result`)
  }
}
