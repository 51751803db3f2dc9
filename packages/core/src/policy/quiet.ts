import { z } from 'zod'
import { dayMs, epochMs, minuteMs, parseIso, type EpochMs } from '../time.ts'
import { Holiday, isHoliday } from './holiday.ts'
import {
  ClockTime,
  fromWallClock,
  minutesOf,
  TimeZone,
  wallClock,
  weekdayOf,
  weekdays,
} from './wall-clock.ts'

const QuietFields = z.strictObject({
  /** The zone of readers whose own zone `contacts.timeZones` does not name. */
  timeZone: TimeZone.default('UTC'),
  /** The quiet hours of every day, from `from` until before `to`: 18:00 to 08:00 is a night. */
  from: ClockTime.optional(),
  to: ClockTime.optional(),
  /** Weekdays that are quiet all day. */
  days: z.array(z.enum(weekdays)).default([]),
  /** Days that are quiet all day: 2026-12-25, or 12-25 for every year. */
  holidays: z.array(Holiday).default([]),
})
export type Quiet = z.infer<typeof QuietFields>

/** When keynag writes to nobody what can wait, by the clock of the reader's time zone. */
export const Quiet = QuietFields.refine(
  ({ from, to }) => (from === undefined) === (to === undefined),
  { message: 'quiet hours need `from` and `to`', path: ['to'] },
)
  .refine(({ from, to }) => from === undefined || minutesIn(from) !== minutesIn(to), {
    message: 'must differ from `from`; name whole days in `days`',
    path: ['to'],
  })
  .refine((quiet) => minutesToWriteIn(quiet) >= 60, {
    message: 'leaves less than an hour a day in which keynag may write',
    path: ['to'],
  })
  .refine(leavesTime, { message: 'leaves no day on which keynag may write', path: ['days'] })

const horizonDays = 800
const wholeDay = 24 * 60

const minutesIn = (time = '00:00'): number => minutesOf(time) % wholeDay

/** The 800 days from 2027 on contain every day of a year, 29 February too. */
function leavesTime(quiet: Quiet): boolean {
  const holidays = quiet.holidays.filter((day) => day.length === 5)
  const start = parseIso('2027-01-01')
  return start !== undefined && nextTimeToWrite({ ...quiet, holidays }, start, 'UTC') !== undefined
}

/**
 * When a message that is to go at `at` may go: at once, or when the quiet time ends. If it does not
 * end in 800 days, the message goes at once: with doubt, people are told.
 */
export const endOfQuiet = (quiet: Quiet | undefined, at: EpochMs, timeZone?: string): EpochMs =>
  quiet === undefined ? at : (nextTimeToWrite(quiet, at, timeZone ?? quiet.timeZone) ?? at)

function nextTimeToWrite(quiet: Quiet, at: EpochMs, timeZone: string): EpochMs | undefined {
  const instant = (day: number, minutes: number): number =>
    fromWallClock(day * dayMs + minutes * minuteMs, timeZone)
  const today = Math.floor(wallClock(at, timeZone) / dayMs)
  for (let day = today; day < today + horizonDays; day += 1) {
    if (quiet.days.includes(weekdayOf(day)) || isHoliday(quiet.holidays, day)) continue
    for (const [begin, end] of minutesToWrite(quiet)) {
      const candidate = Math.max(at, instant(day, begin))
      if (candidate < instant(day, end)) return epochMs(candidate)
    }
  }
  return undefined
}

/** A sweep comes every five minutes, and messages wait for each other: minutes would starve them. */
const minutesToWriteIn = (quiet: Quiet): number =>
  minutesToWrite(quiet).reduce((sum, [begin, end]) => sum + end - begin, 0)

/** The minutes of a day that are not quiet hours, as spans: from the first until before the second. */
function minutesToWrite({ from, to }: Quiet): readonly (readonly [number, number])[] {
  if (from === undefined || to === undefined) return [[0, wholeDay]]
  const [begins, ends] = [minutesIn(from), minutesIn(to)]
  return begins < ends
    ? [
        [0, begins],
        [ends, wholeDay],
      ]
    : [[ends, begins]]
}
