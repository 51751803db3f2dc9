import { dayMs, policyNamed, type Entry, type FactKind } from '@keynag/core'
import { momentOf, saidOf } from '@keynag/oracle'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'

/**
 * I14, at the end: a date that an owner read, or a former one, has not passed in silence. If keynag has
 * not done by then what it announced, a later message told its reader so. Where keynag could not record
 * that a channel took the message, it does not know of the date.
 */
export function checkDateIsKept(run: CheckedRun): void {
  const { checks, lastsUntil, organization } = run
  for (const entry of run.books.entries.values()) {
    const { accessKeyId } = entry
    if (isOutOfReach(run, entry)) continue
    // Nobody is told anything of a key whose account is over, or unread (I16).
    if (isOfClosedAccount(entry) || entry.unread !== undefined) continue
    const everyDays = policyNamed(organization.policies, entry.policy)?.nag.everyDays ?? 0
    for (const last of lastOfEachOwner(run, entry)) {
      if (hasActedSince(run, entry, last)) continue
      const date = dateReadIn(last, accessKeyId)
      if (date !== undefined && lastsUntil > date + (everyDays + 2) * dayMs) {
        checks.violated('I14', `the date that ${last.to} read for ${accessKeyId} passed in silence`)
      }
    }
  }
}

/** The last message about the key to each person who has owned it. */
function lastOfEachOwner(
  { books, letters }: CheckedRun,
  { accessKeyId }: Entry,
): readonly Letter[] {
  const seen = books
    .factsOf(accessKeyId)
    .flatMap(({ at, fact }) => ('sighting' in fact ? [{ at, to: fact.sighting.owner.email }] : []))
  // Somebody who read an escalation as a manager, and owns the key later, was promised nothing.
  const isToOwner = ({ at, kind, to }: Letter): boolean =>
    kind === 'escalation'
      ? seen.findLast((sighting) => sighting.at <= at)?.to === to
      : seen.some((sighting) => sighting.to === to)
  const last = new Map<string, Letter>()
  for (const letter of letters.all) {
    const isKnown = books.delivered.has(letter.messageId) || !letter.isUnrecordable()
    if (
      !letter.cameBack &&
      isKnown &&
      isToOwner(letter) &&
      saidOf(letter, accessKeyId).length > 0
    ) {
      last.set(letter.to, letter)
    }
  }
  return [...last.values()]
}

/** The date that the letter shows for what keynag does to the key next. */
export function dateReadIn(letter: Letter, accessKeyId: string): number | undefined {
  const dates = saidOf(letter, accessKeyId).flatMap((said) => {
    const date = said.kind === 'will' ? momentOf(said.when, letter) : undefined
    return date === undefined ? [] : [date]
  })
  return dates.length === 0 ? undefined : Math.max(...dates)
}

const isOfClosedAccount = (entry: Entry): boolean =>
  entry.state === 'resolved' && entry.resolution === 'account-closed'

/** keynag has done something to the key since the message. That has a message of its own. */
const hasActedSince = ({ books }: CheckedRun, { accessKeyId }: Entry, letter: Letter): boolean =>
  books.factsOf(accessKeyId).some(({ at, fact }) => at >= letter.at && deeds.includes(fact.kind))

const deeds: readonly FactKind[] = [
  'replacement-issued',
  'replaced-by-owner',
  'deactivated',
  'deleted',
]

/** Reminders reach nobody, or keynag goes on telling the owner that the date is off. */
const isOutOfReach = ({ books }: CheckedRun, { accessKeyId, undeliveredCount }: Entry): boolean =>
  undeliveredCount > 0 ||
  [...books.notices.values()].some(
    ({ kind, dueAt, accessKeyIds }) =>
      kind === 'called-off' && dueAt !== undefined && accessKeyIds.includes(accessKeyId),
  )
