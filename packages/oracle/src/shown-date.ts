/** A date as a letter shows it. */
export type When =
  /** The first moment that it can mean, in milliseconds since 1970. */
  | { readonly kind: 'on'; readonly from: number; readonly isWholeDay: boolean }
  | { readonly kind: 'next run' }
  /** The letter says that there is no date yet. */
  | { readonly kind: 'open' }

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const shown = /(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d) UTC(?: \((\w+day),)?)?/

/** Undefined: no date, or one that contradicts itself. */
export function dateIn(text: string): When | undefined {
  const match = shown.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, weekday] = match
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
  )
  if (weekday !== undefined && weekday !== weekdays[new Date(at).getUTCDay()]) return undefined
  return { kind: 'on', from: at, isWholeDay: hour === undefined }
}

/** `on 2026-12-05 09:00 UTC (…)`, or `at its next run (due since …)`. */
export const whenIn = (text: string): When | undefined =>
  /^at (?:its|keynag's) next run/.test(text) ? { kind: 'next run' } : dateIn(text)

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const hourMs = 3_600_000

/** Whether two dates of a letter that was sent at this time can mean the same moment. */
export function agree(a: When, b: When, sentAt: number): boolean {
  if (a.kind === 'on' && b.kind === 'on') {
    return a.isWholeDay || b.isWholeDay ? dayOf(a.from) === dayOf(b.from) : a.from === b.from
  }
  if (a.kind === 'open' || b.kind === 'open') return a.kind === b.kind
  // The next run comes within the hour.
  const dated = a.kind === 'on' ? a : b.kind === 'on' ? b : undefined
  return dated === undefined ? a.kind === b.kind : dated.from <= sentAt + hourMs
}
