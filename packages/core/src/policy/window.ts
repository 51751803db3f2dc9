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

const WindowFields = z.strictObject({
  timeZone: TimeZone.default('UTC'),
  from: ClockTime.default('00:00'),
  to: ClockTime.default('24:00'),
  /** The weekdays on which the window opens. One that opens on Friday night ends on Saturday. */
  on: z
    .array(z.enum(weekdays))
    .min(1, 'name at least one weekday')
    .default([...weekdays]),
  /**
   * Days on which keynag may not act, such as public holidays: 2026-12-25, or 12-25 for every year.
   * The night before a holiday ends at midnight.
   */
  notOn: z.array(Holiday).default([]),
})
export type Window = z.infer<typeof WindowFields>

/**
 * When keynag may act: from `from` until before `to` on the given days, by the clock of one time
 * zone. A window whose `to` is earlier than its `from` ends on the next day.
 */
export const Window = WindowFields.refine(({ from }) => from !== '24:00', {
  message: 'must be earlier than 24:00; say 00:00 and name the next day in `on`',
  path: ['from'],
})
  .refine(({ from, to }) => minutesOf(from) !== minutesOf(to), {
    message: 'must differ from `from`; for a whole day say from 00:00 to 24:00',
    path: ['to'],
  })
  .refine(opensInYears, {
    message: 'leaves no day on which the window opens',
    path: ['notOn'],
  })

/** How long the window is open each time, by the clock. */
export function openMinutes(window: Pick<Window, 'from' | 'to'>): number {
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  return to > from ? to - from : 24 * 60 - from + to
}

const horizonDays = 800

/** The 800 days from 2027 on contain every day of a year, 29 February too. */
function opensInYears(window: Window): boolean {
  const notOn = window.notOn.filter((day) => day.length === 5)
  const start = parseIso('2027-01-01')
  return start !== undefined && nextOpening({ ...window, notOn }, start) !== undefined
}

/** The first instant at or after `at` inside the window; `undefined` if none comes in 800 days. */
export function nextOpening(window: Window, at: EpochMs): EpochMs | undefined {
  const { timeZone, on, notOn } = window
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  const instant = (day: number, minutes: number): number =>
    fromWallClock(day * dayMs + minutes * minuteMs, timeZone)
  const today = Math.floor(wallClock(at, timeZone) / dayMs)
  // A window that opened yesterday may still be open.
  const first = to <= from ? today - 1 : today
  for (let day = first; day < today + horizonDays; day += 1) {
    if (!on.includes(weekdayOf(day)) || isHoliday(notOn, day)) continue
    const endsNextDay = to <= from && !isHoliday(notOn, day + 1)
    const closes = endsNextDay ? instant(day + 1, to) : instant(day, to <= from ? 24 * 60 : to)
    const candidate = Math.max(at, instant(day, from))
    if (candidate < closes) return epochMs(candidate)
  }
  return undefined
}
