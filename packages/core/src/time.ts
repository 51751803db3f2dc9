import { z } from 'zod'

/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export const EpochMs = z.number().int().brand<'EpochMs'>()
export type EpochMs = z.infer<typeof EpochMs>

export const secondMs = 1_000
export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

export const epochMs = (value: number): EpochMs => EpochMs.parse(Math.trunc(value))

/** `at` moved by `ms` milliseconds (negative: earlier). */
export const plusMs = (at: EpochMs, ms: number): EpochMs => epochMs(at + ms)

/** `at` moved by `days` spans of exactly 24 hours. */
export const plusDays = (at: EpochMs, days: number): EpochMs => plusMs(at, days * dayMs)

/** Whole days from `from` to `to`, rounded down. */
export const daysBetween = (from: EpochMs, to: EpochMs): number => Math.floor((to - from) / dayMs)

/** A day in the Gregorian calendar: month 1–12, day 1–31. */
export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Days since 1970-01-01 of a civil date (the era-based algorithm, valid for any year). */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The inverse of `daysFromCivil`. */
export function civilFromDays(days: number): CivilDate {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** The instant as ISO 8601 in UTC, rounded down to the second: `2026-11-21T09:00:00Z`. */
export function isoTime(at: EpochMs): string {
  const days = Math.floor(at / dayMs)
  const seconds = Math.floor((at - days * dayMs) / secondMs)
  const { year, month, day } = civilFromDays(days)
  const clock = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clock.map((part) => pad(part)).join(':')}Z`
}

/** A number of days in words: `1 day`, `7 days`. */
export const daysText = (days: number): string => (days === 1 ? '1 day' : `${days} days`)

/** The instant's day in UTC: `2026-11-21`. */
export const isoDay = (at: EpochMs): string => isoTime(at).slice(0, 10)

/** The beginning of the next UTC day: the day's caps are then counted anew. */
export const nextUtcDay = (at: EpochMs): EpochMs => epochMs((Math.floor(at / dayMs) + 1) * dayMs)

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2}))?$/

/**
 * Reads an ISO 8601 day (midnight in UTC) or time with an offset; `undefined` for any other text.
 * Fractions beyond the millisecond are cut off.
 */
export function parseIso(text: string): EpochMs | undefined {
  const match = isoPattern.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    match
  const date = { year: Number(year), month: Number(month), day: Number(day) }
  const days = daysFromCivil(date)
  const back = civilFromDays(days)
  if (back.month !== date.month || back.day !== date.day) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  if (!/^(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/.test(zone)) return undefined
  const clock = Number(hour) * hourMs + Number(minute) * minuteMs + Number(second) * secondMs
  const ms = fraction === '' ? 0 : Math.trunc(Number(fraction) * secondMs)
  return epochMs(days * dayMs + clock + ms - offsetMs(zone))
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  const digits = zone.slice(1).replace(':', '')
  return sign * (Number(digits.slice(0, 2)) * hourMs + Number(digits.slice(2)) * minuteMs)
}
