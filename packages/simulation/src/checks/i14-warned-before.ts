import type { Entry, Fact, Message } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, installationGraceMs, type Mutation } from './mutation.ts'

/** I14: the owner got a warning at least the installation grace before. */
export function checkWarnedBefore({ simulation, invocation, entry }: Mutation): void {
  const { books, checks, letters, now, organization } = simulation
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
  const isWarned = letters.all.some(
    (letter) =>
      letter.at <= latest &&
      !isWithdrawn(letter) &&
      letter.accessKeyIds.includes(entry.accessKeyId) &&
      (isIssued || letter.to === email) &&
      (!isIssued || letter.kind.startsWith('replacement-')),
  )
  if (!isWarned) checks.violated('I14', `${entry.accessKeyId} was changed without a timely warning`)
}

/** I14: a reminder to a person names only keys of this person, as far as keynag could know. */
export function checkReaderIsOwner(
  { books, checks }: CheckedRun,
  invocation: Invocation,
  message: Message,
  reader: string,
): void {
  if (message.kind !== 'nag') return
  for (const { accessKeyId } of [...message.keys, ...message.alsoOpen]) {
    const entry = books.entries.get(accessKeyId)
    if (entry === undefined || entry.changedAt >= invocation.startedAt) continue
    if (entry.owner.email !== reader) {
      checks.violated('I14', `${reader} was told about ${accessKeyId} of ${entry.owner.id}`)
    }
  }
}

/** I14: a reminder counts only for the person who got it. A channel has no such person. */
export function checkNaggedOwner(
  { checks }: CheckedRun,
  { accessKeyId, owner }: Entry,
  fact: Fact,
): void {
  if (fact.kind !== 'nagged' || fact.delivery.channel === 'slack-channel') return
  if (fact.delivery.to !== owner.email) {
    checks.violated('I14', `${accessKeyId} counts a reminder that ${fact.delivery.to} got`)
  }
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
