import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, installationGraceMs, type Mutation } from './mutation.ts'

/**
 * I14: the present owner was told of this key at least the grace before, with a date that is not later
 * than now, and no exemption came after that.
 */
export function checkWarnedBefore({ simulation, invocation, entry }: Mutation): void {
  const { books, checks, exemptSince, letters, now, organization } = simulation
  const enforce = enforcementOf(organization, entry)
  if (enforce === undefined) return
  // A create needs a warning, and no grace after it: the old key still works.
  const isCreate = invocation.createdKeys.size === 0 && entry.state === 'issuing'
  const latest = isCreate ? now : now - installationGraceMs(enforce)
  // Once a replacement is issued, only its announcement is the warning.
  const isIssued = entry.state === 'issued'
  // A message to a previous owner does not warn the present one.
  const { email } = entry.owner
  const facts = books.factsOf(entry.accessKeyId)
  const isWithdrawn = ({ noticeId }: Letter): boolean =>
    facts.some(
      ({ at, fact }) =>
        fact.kind === 'delivery-withdrawn' &&
        fact.noticeId === noticeId &&
        at < invocation.lastEntryAt,
    )
  const exempted = exemptSince.get(entry.accessKeyId) ?? -Infinity
  // An exemption that came after the function had read the entry could not be seen.
  const since = exempted < invocation.lastEntryAt ? exempted : -Infinity
  const isWarned = letters.all.some(
    (letter) =>
      letter.at <= latest &&
      letter.at > since &&
      !isWithdrawn(letter) &&
      letter.accessKeyIds.includes(entry.accessKeyId) &&
      (letter.dates.get(entry.accessKeyId) ?? -Infinity) <= now &&
      (isCreate || email === undefined || letter.to === email) &&
      (!isIssued || letter.kind.startsWith('replacement-')),
  )
  if (!isWarned) checks.violated('I14', `${entry.accessKeyId} was changed without a timely warning`)
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
