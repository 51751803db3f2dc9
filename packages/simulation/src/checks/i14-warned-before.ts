import { dayMs, type Fact } from '@keynag/core'
import { announcementsOf } from '@keynag/oracle'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, installationGraceMs, visibleSince, type Mutation } from './mutation.ts'

/**
 * I14: letters told the present owner of this key, this deed and a date that is not later than now, at
 * least the grace before. No later letter took that back, and no exemption came after it.
 */
export function checkWarnedBefore(mutation: Mutation): void {
  const { simulation, invocation, entry } = mutation
  const { checks, exemptSince, now } = simulation
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce === undefined) return
  const isCreate = invocation.createdKeys.size === 0 && entry.state === 'issuing'
  // An exemption that came after the function had read the entry could not be seen.
  const exempted = exemptSince.get(entry.accessKeyId) ?? -Infinity
  const announced = announcements(mutation, {
    deed: isCreate ? 'replace' : 'deactivate',
    // A create needs a warning, and no grace after it: the old key still works.
    graceMs: isCreate ? 0 : installationGraceMs(enforce),
    // Once a replacement is issued, only its announcement is the warning.
    isReplaced: entry.state === 'issued',
    since: Math.max(
      exempted < invocation.lastEntryAt ? exempted : -Infinity,
      cameBack(mutation),
      switchedOnAt(mutation),
      takenBackAt(mutation),
    ),
    at: now,
  })
  if (announced.length === 0) {
    checks.violated('I14', `${entry.accessKeyId} was changed without a timely warning`)
  }
}

/**
 * I14: the present owner was told of the deletion and its date, a whole recovery grace before. A deletion
 * that follows the deactivation within a day was told a whole grace for the installation before.
 */
export function checkToldOfDeletion(mutation: Mutation): void {
  const { simulation, invocation, entry } = mutation
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce === undefined || !('recoveryGraceDays' in enforce)) return
  const { recoveryGraceDays } = enforce
  const deletion = {
    deed: 'delete',
    since: Math.max(takenBackAt(mutation), cameBack(mutation), switchedOnAt(mutation)),
    at: simulation.now,
  } as const
  const { accessKeyId } = entry
  const announced = announcements(mutation, { ...deletion, graceMs: recoveryGraceDays * dayMs })
  if (announced.length === 0) {
    simulation.checks.violated('I14', `${accessKeyId} was deleted, and its owner was not told`)
  }
  const graceMs = installationGraceMs(enforce)
  const isForetold =
    recoveryGraceDays >= 1 ||
    announcements(mutation, { ...deletion, graceMs, isFinal: true }).length > 0
  if (!isForetold) {
    simulation.checks.violated(
      'I14',
      `${accessKeyId} was deleted at once, and its owner was not told that in time`,
    )
  }
}

/** The letters to the present owner that announced it, as far as the function could know of them. */
function announcements(
  mutation: Mutation,
  change: Omit<Parameters<typeof announcementsOf>[0], 'accessKeyId' | 'owner' | 'seenUntil'>,
): readonly Letter[] {
  const { simulation, invocation, entry } = mutation
  const isWithdrawn = withdrawnBefore(mutation)
  return announcementsOf(
    {
      ...change,
      accessKeyId: entry.accessKeyId,
      owner: ownerLastRead(mutation) ?? 'nobody',
      seenUntil: entry.state === 'issuing' ? -Infinity : invocation.lastEntryAt,
    },
    simulation.letters.all.filter((letter) => !isWithdrawn(letter)),
  )
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

/**
 * When somebody last switched the key on again after keynag knew that it was Inactive, as far as the
 * function could see. What was announced before that was over when the key was off.
 */
function switchedOnAt({ simulation, invocation, entry }: Mutation): number {
  const { events } = simulation.estate.key(entry.accessKeyId)
  const knownOffAt = simulation.books
    .factsOf(entry.accessKeyId)
    .filter(({ fact }) => showsInactive(fact))
    .map(({ at }) => at)
  const times = events
    .filter(({ what, at }) => what === 'activated' && at <= visibleSince(invocation))
    .map(({ at }) => at)
    .filter((on) => {
      const off = events.findLast(({ what, at }) => what === 'deactivated' && at <= on)?.at ?? on
      return knownOffAt.some((at) => at >= off && at <= on)
    })
  return Math.max(-Infinity, ...times)
}

function showsInactive(fact: Fact): boolean {
  if (fact.kind === 'observed') return fact.sighting.status === 'Inactive'
  return fact.kind === 'resolved' && fact.status === 'Inactive'
}

/** The owner as of the function's last look at the entry: a change after that could not be seen. */
export const ownerLastRead = ({ invocation: { lastEntry }, entry }: Mutation): string | undefined =>
  (lastEntry?.accessKeyId === entry.accessKeyId ? lastEntry : entry).owner.email

/** keynag knew before its last look at the ledger that the letter came back. */
export function withdrawnBefore({ simulation, invocation, entry }: Mutation) {
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
