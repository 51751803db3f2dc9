import { z } from 'zod'
import { dayMs, daysFromCivil } from '../time.ts'

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const
export type Weekday = (typeof weekdays)[number]

/** The weekday of a day, which is counted from 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): Weekday => weekdays[(((day + 4) % 7) + 7) % 7] ?? 'sunday'

/** `abort`: what comes later reads the text as a time, and cannot read another one. */
export const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, {
  error: 'must be a time of day such as 09:30',
  abort: true,
})

export const TimeZone = z.string().refine(isTimeZone, {
  error: 'must be an IANA time zone such as Europe/Berlin or UTC',
  abort: true,
})

/** Minutes since midnight. */
export const minutesOf = (time: string): number =>
  Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

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
export function wallClock(at: number, timeZone: string): number {
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
export function fromWallClock(wall: number, timeZone: string): number {
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
