import { dayMs, policyNamed, type Entry, type FactKind } from '@keynag/core'
import { momentOf, saidOf } from '@keynag/oracle'
import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'

/**
 * I14, at the end: a date that the owner read has not passed in silence. If keynag has not done by then
 * what it announced, a later message told the owner so.
 */
export function checkDateIsKept(run: CheckedRun): void {
  const { checks, letters, now, organization } = run
  for (const entry of run.books.entries.values()) {
    const { accessKeyId, owner } = entry
    if (owner.email === undefined || isOutOfReach(run, entry)) continue
    // Nobody is told anything of a key whose account is over, or unread (I16).
    if (isOfClosedAccount(entry) || entry.unread !== undefined) continue
    const read = letters.all.filter(
      (letter) =>
        letter.to === owner.email && !letter.cameBack && saidOf(letter, accessKeyId).length > 0,
    )
    const last = read.at(-1)
    if (last === undefined || hasActedSince(run, entry, last)) continue
    const date = dateReadIn(last, accessKeyId)
    const everyDays = policyNamed(organization.policies, entry.policy)?.nag.everyDays ?? 0
    if (date !== undefined && now > date + (everyDays + 2) * dayMs) {
      checks.violated('I14', `the date that the owner read for ${accessKeyId} passed in silence`)
    }
  }
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
