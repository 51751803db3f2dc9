import { dayMs, policyNamed, type Entry, type FactKind } from '@keynag/core'
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
      ({ to, cameBack, accessKeyIds }) =>
        to === owner.email && !cameBack && accessKeyIds.includes(accessKeyId),
    )
    const last = read.at(-1)
    if (last === undefined || hasActedSince(run, entry, last)) continue
    const date = last.dates.get(accessKeyId)
    const everyDays = policyNamed(organization.policies, entry.policy)?.nag.everyDays ?? 0
    if (date !== undefined && now > date + (everyDays + 2) * dayMs) {
      checks.violated('I14', `the date that the owner read for ${accessKeyId} passed in silence`)
    }
  }
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
