import { epochMs, type EpochMs, isoDay, isoTime } from '@keynag/core'
import { stringify } from 'csv-stringify/sync'

/** `1 key`, `1,200 keys`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/**
 * Breaks text at spaces so that no line is wider than the terminal, and indents all lines but the
 * first. Without a terminal it breaks nothing.
 */
export function wrap(text: string, width: number | undefined, indent = ''): string {
  if (width === undefined) return text
  const [first = '', ...words] = text.trimStart().split(' ')
  const lines: string[] = []
  let line = text.slice(0, text.length - text.trimStart().length) + first
  for (const word of words) {
    const longer = `${line} ${word}`
    if (longer.length > width) {
      lines.push(line)
      line = indent + word
    } else {
      line = longer
    }
  }
  return [...lines, line].join('\n')
}

/** `2026-11-21 09:00`, UTC. */
export const minuteOf = (at: EpochMs): string => isoTime(at).slice(0, 16).replace('T', ' ')

export const dayOf = (at: EpochMs | undefined): string => (at === undefined ? '' : isoDay(at))

/** Whether a field of the ledger's documents with this name holds an instant. */
const isTimeName = (name: string): boolean => /At$|^(?:at|since|until)$/.test(name)

/** A document of the ledger for other programs, with its instants as ISO 8601 in UTC. */
export function withIsoTimes(document: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'number' && isTimeName(name) ? isoTime(epochMs(value)) : inside(value),
      ]),
  )
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' && value !== null ? withIsoTimes(value) : value
}

/**
 * One line of CSV (RFC 4180). IAM names may begin with `=`, `+`, `-` or `@`, which a spreadsheet
 * would run as a formula, so such cells get a leading quote mark. Programs should read the JSON.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  stringify([[...cells]], { escape_formulas: true }).trimEnd()
