import { dayMs } from '@keynag/core'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, installationGraceMs, type Mutation } from './mutation.ts'

/**
 * I14: the present owner was told of this key at least the grace before, with a date that is not later
 * than now, and no exemption came after that.
 */
export function checkWarnedBefore(mutation: Mutation): void {
  const { simulation, invocation, entry } = mutation
  const { checks, exemptSince, letters, now } = simulation
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce === undefined) return
  // A create needs a warning, and no grace after it: the old key still works.
  const isCreate = invocation.createdKeys.size === 0 && entry.state === 'issuing'
  const latest = isCreate ? now : now - installationGraceMs(enforce)
  // Once a replacement is issued, only its announcement is the warning.
  const isIssued = entry.state === 'issued'
  // A message to a previous owner does not warn the present one.
  const email = ownerLastRead(mutation)
  const isWithdrawn = withdrawnBefore(mutation)
  const exempted = exemptSince.get(entry.accessKeyId) ?? -Infinity
  // An exemption that came after the function had read the entry could not be seen.
  const since = Math.max(
    exempted < invocation.lastEntryAt ? exempted : -Infinity,
    cameBack(mutation),
    // A replacement that keynag has begun to make as announced, it finishes.
    entry.state === 'issuing' ? -Infinity : takenBackAt(mutation),
  )
  const isWarned = letters.all.some(
    (letter) =>
      letter.at <= latest &&
      letter.at > since &&
      !isWithdrawn(letter) &&
      letter.accessKeyIds.includes(entry.accessKeyId) &&
      !letter.leftAlone.has(entry.accessKeyId) &&
      (letter.dates.get(entry.accessKeyId) ?? -Infinity) <= now &&
      letter.to === email &&
      (!isIssued || letter.kind.startsWith('replacement-')),
  )
  if (!isWarned) checks.violated('I14', `${entry.accessKeyId} was changed without a timely warning`)
}

/** I14: the present owner was told of the deletion and its date, a whole recovery grace before. */
export function checkToldOfDeletion(mutation: Mutation): void {
  const { simulation, invocation, entry } = mutation
  const { checks, letters, now } = simulation
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce === undefined || !('recoveryGraceDays' in enforce)) return
  const latest = now - enforce.recoveryGraceDays * dayMs
  const email = ownerLastRead(mutation)
  const isWithdrawn = withdrawnBefore(mutation)
  const isTold = letters.all.some(
    (letter) =>
      letter.at <= latest &&
      letter.at > takenBackAt(mutation) &&
      letter.at > cameBack(mutation) &&
      letter.deletesAt !== undefined &&
      letter.deletesAt <= now &&
      letter.accessKeyIds.includes(entry.accessKeyId) &&
      (email === undefined || letter.to === email) &&
      !isWithdrawn(letter),
  )
  if (!isTold)
    checks.violated('I14', `${entry.accessKeyId} was deleted, and its owner was not told`)
}

/** When the last announcement was taken back, as far as the function could see: released, or called off. */
function takenBackAt({ simulation, invocation, entry }: Mutation): number {
  const times = simulation.books
    .factsOf(entry.accessKeyId)
    .filter(({ at }) => at < invocation.lastEntryAt)
    .filter(
      ({ fact }) =>
        fact.kind === 'released' || (fact.kind === 'called-off' && fact.movedTo === undefined),
    )
    .map(({ at }) => at)
  return Math.max(-Infinity, ...times)
}

/** What was said before keynag took up the account again does not count. */
const cameBack = ({ simulation, entry }: Mutation): number =>
  simulation.books.backAt.get(entry.accountId) ?? -Infinity

/** The owner as of the function's last look at the entry: a change after that could not be seen. */
const ownerLastRead = ({ invocation: { lastEntry }, entry }: Mutation): string | undefined =>
  (lastEntry?.accessKeyId === entry.accessKeyId ? lastEntry : entry).owner.email

/** keynag knew before its last look at the ledger that the letter came back. */
function withdrawnBefore({ simulation, invocation, entry }: Mutation) {
  const facts = simulation.books.factsOf(entry.accessKeyId)
  return ({ noticeId }: Letter): boolean =>
    facts.some(
      ({ at, fact }) =>
        fact.kind === 'delivery-withdrawn' &&
        fact.noticeId === noticeId &&
        at < invocation.lastEntryAt,
    )
}

/** I14, at the end: no mail that came back counts, unless a person has the message about it. */
export function checkBouncesAreWithdrawn({ books, checks, letters, queues }: CheckedRun): void {
  if (queues.dead.some(({ queue }) => queue === 'bounces')) return
  for (const { noticeId, messageId } of letters.all.filter(({ cameBack }) => cameBack)) {
    const notice = books.notices.get(noticeId)
    const isRecorded = notice?.delivery?.messageId === messageId
    if (isRecorded && notice?.withdrawn === undefined) {
      checks.violated('I14', `${noticeId} came back and still counts as delivered`)
    }
  }
}
