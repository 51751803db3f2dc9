import { z } from 'zod'
import {
  civilFromDays,
  dayMs,
  daysFromCivil,
  epochMs,
  minuteMs,
  parseIso,
  type EpochMs,
} from '../time.ts'

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const

const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time of day such as 09:30')

const TimeZone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin or UTC')

const IsoDay = z
  .string()
  .refine(
    (day) => day.length === 10 && parseIso(day) !== undefined,
    'must be a day such as 2026-12-25',
  )

/**
 * When keynag may act: from `from` until before `to` on the given days, by the clock of one time
 * zone.
 */
export const Window = z
  .strictObject({
    timeZone: TimeZone.default('UTC'),
    from: ClockTime.default('00:00'),
    to: ClockTime.default('24:00'),
    /** The weekdays on which keynag may act. */
    on: z
      .array(z.enum(weekdays))
      .min(1, 'name at least one weekday')
      .default([...weekdays]),
    /** Dates on which keynag may not act, such as public holidays. */
    notOn: z.array(IsoDay).default([]),
  })
  .refine((window) => minutesOf(window.from) < minutesOf(window.to), {
    message: 'must be later than `from` on the same day',
    path: ['to'],
  })
export type Window = z.infer<typeof Window>

function isTimeZone(name: string): boolean {
  try {
    formatterOf(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}

/** What a zone's wall clock shows at an instant, as if it were an instant in UTC. */
function wallClock(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return at
  const parts = new Map<string, number>()
  for (const part of formatterOf(timeZone).formatToParts(at)) {
    parts.set(part.type, Number(part.value))
  }
  const get = (name: string): number => parts.get(name) ?? 0
  const days = daysFromCivil({ year: get('year'), month: get('month'), day: get('day') })
  return days * dayMs + ((get('hour') * 60 + get('minute')) * 60 + get('second')) * 1_000
}

/**
 * The first instant at which a zone's wall clock shows `wall`. If summer time skips that time, the
 * result is the instant of the change. If the clock shows it twice, the result is the first.
 */
function fromWallClock(wall: number, timeZone: string): number {
  const offsetAt = (at: number): number => wallClock(at, timeZone) - at
  const candidates = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)]
  let low = Math.min(...candidates)
  let high = Math.max(...candidates)
  if (wallClock(low, timeZone) === wall) return low
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (wallClock(middle, timeZone) < wall) low = middle
    else high = middle
  }
  return high
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const isoDayOf = (day: number): string => {
  const { year, month, day: date } = civilFromDays(day)
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
}

const horizonDays = 800

/** The first instant at or after `at` inside the window; `undefined` if none comes in 800 days. */
export function nextOpening(window: Window, at: EpochMs): EpochMs | undefined {
  const today = Math.floor(wallClock(at, window.timeZone) / dayMs)
  for (let day = today; day < today + horizonDays; day += 1) {
    const weekday = weekdays[(((day + 4) % 7) + 7) % 7]
    if (weekday === undefined || !window.on.includes(weekday)) continue
    if (window.notOn.includes(isoDayOf(day))) continue
    const opens = fromWallClock(day * dayMs + minutesOf(window.from) * minuteMs, window.timeZone)
    const closes = fromWallClock(day * dayMs + minutesOf(window.to) * minuteMs, window.timeZone)
    const candidate = Math.max(at, opens)
    if (candidate < closes) return epochMs(candidate)
  }
  return undefined
}
