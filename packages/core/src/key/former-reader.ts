import { plusDays, type EpochMs } from '../time.ts'
import type { Entry } from './entry.ts'
import type { FormerReader, Notice } from './notice.ts'

/**
 * The owner before this change, if that owner read a date and the key has another owner now. Such a date
 * binds keynag no more, and its reader is told so.
 */
export function formerReader(before: Entry, after: Entry): FormerReader | undefined {
  const { owner, shown } = before
  if (shown === undefined || owner.id === after.owner.id) return undefined
  // A message that took the date back may not have arrived yet, and is about the present owner only.
  const { deed, date, calledOff } = shown
  return readerOf(before, { deed, date: calledOff?.movedTo ?? date })
}

/** The same of a message that keynag could not record, because the key has another owner since it was composed. */
export const readerOf = (
  { owner, userName }: Entry,
  { deed, date }: Pick<FormerReader, 'deed' | 'date'>,
): FormerReader | undefined =>
  owner.email === undefined ? undefined : { owner, userName, deed, date }

/** Many a former owner has left the company: keynag does not write to a dead address for ever. */
const triedForDays = 30

/** Whether the former owner is still to be told. One who has the key back may have read a new date. */
export const isStillToldTo = (
  { owner }: FormerReader,
  { createdAt }: Notice,
  entry: Entry,
  now: EpochMs,
): boolean =>
  now < plusDays(createdAt, triedForDays) &&
  (owner.id !== entry.owner.id || entry.shown === undefined)
