import { dayMs, hourMs, isoDay, isoTime, type EpochMs } from '@keynag/core'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** `2026-12-05 09:00 UTC`. */
export const utc = (at: EpochMs): string => `${isoDay(at)} ${isoTime(at).slice(11, 16)} UTC`

/** `2026-12-05 09:00 UTC (Saturday, in 14 days)`. */
export const utcFrom = (at: EpochMs, now: EpochMs): string =>
  `${utc(at)} (${weekday(at)}, ${distance(at, now)})`

function weekday(at: EpochMs): string {
  // 1970-01-01 was a Thursday.
  const index = (((Math.floor(at / dayMs) + 4) % 7) + 7) % 7
  return weekdays[index] ?? ''
}

function distance(at: EpochMs, now: EpochMs): string {
  const span = amountOf(Math.abs(at - now))
  return at >= now ? `in ${span}` : `${span} ago`
}

function amountOf(ms: number): string {
  if (ms < hourMs) return 'less than an hour'
  if (ms < 2 * dayMs) return amount(Math.floor(ms / hourMs), 'hour')
  return amount(Math.floor(ms / dayMs), 'day')
}

const amount = (value: number, unit: string): string => `${value} ${unit}${value === 1 ? '' : 's'}`

export const days = (value: number): string => amount(value, 'day')
