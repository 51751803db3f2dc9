import { z } from 'zod'
import { civilFromDays, parseIso } from '../time.ts'

/** A leap year: a holiday on 29 February comes only in such years. */
const leapYear = '2028'

/** One day, such as 2026-12-25, or the same day of every year, such as 12-25. */
export const Holiday = z
  .string()
  .refine(
    (day) =>
      (day.length === 10 && parseIso(day) !== undefined) ||
      (day.length === 5 && parseIso(`${leapYear}-${day}`) !== undefined),
    'must be a day such as 2026-12-25, or 12-25 for every year',
  )

/** Whether the day, which is counted from 1970-01-01, is one of these holidays. */
export function isHoliday(holidays: readonly string[], day: number): boolean {
  if (holidays.length === 0) return false
  const { year, month, day: date } = civilFromDays(day)
  const inYear = `${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
  return holidays.includes(inYear) || holidays.includes(`${year}-${inYear}`)
}
