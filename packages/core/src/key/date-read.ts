import type { Policy } from '../policy/policy.ts'
import { nextUtcDay, plusDays, type EpochMs } from '../time.ts'
import type { Entry } from './entry.ts'

/** The date on which the owner expects the deed, if a message has shown one that was not taken back. */
export const dateRead = ({ shown }: Pick<Entry, 'shown'>): EpochMs | undefined =>
  shown?.calledOff === undefined ? shown?.date : shown.calledOff.movedTo

/** A later date is told only when it is so much later. Closer dates are the same to a reader. */
const toleranceDays = 1

export const isLaterThanRead = (read: EpochMs, date: EpochMs): boolean =>
  date >= plusDays(read, toleranceDays)

/**
 * A date that moves every day is told once in each nag period, and at least once a week. A deed whose date
 * is over for longer gets a new one first.
 */
export const retoldDays = ({ nag }: Policy): number => Math.min(7, nag.everyDays)

/**
 * The earliest date to which a deed moves. Whoever is told of it has at least a day. The message is
 * sent a little later than it is decided on, so it is a midnight, which stays the same meanwhile.
 */
export const earliestNewDate = (now: EpochMs): EpochMs => nextUtcDay(plusDays(now, 1))
