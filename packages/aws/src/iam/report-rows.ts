import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { z } from 'zod'
import {
  parseIso,
  permanent,
  type EpochMs,
  type LastUsed,
  type ReportRow,
  type ReportSlot,
} from '@keynag/core'

const slotColumns = ['active', 'last_rotated', 'last_used_date', 'last_used_region'] as const

/** AWS adds columns now and then, so this finds columns by name and ignores others. */
const neededColumns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  ...(['1', '2'] as const).flatMap((slot) =>
    [...slotColumns, 'last_used_service'].map((column) => `access_key_${slot}_${column}`),
  ),
] as const

const Cells = z.array(z.string())
type Row = Readonly<Record<string, string>>

/**
 * The rows of a credential report, one at a time. Its fields are described in the IAM User Guide,
 * "Get credential reports".
 *
 * @throws KeynagError permanent `KEYNAG_REPORT_UNREADABLE` for a missing column or an unknown value.
 */
export async function* reportRows(csv: Uint8Array): AsyncGenerator<ReportRow> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  Readable.from(pieces(csv)).pipe(parser)
  let header: readonly string[] | undefined
  try {
    for await (const record of parser) {
      const cells = Cells.parse(record)
      if (header === undefined) header = checkedHeader(cells)
      else yield readRow(namedCells(header, cells))
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'KeynagError') throw error
    throw unreadable('the credential report is not valid CSV', error)
  }
}

/**
 * User names and paths may hold commas, and AWS does not document that it quotes them. Unquoted commas
 * only widen the first two columns. A user name has no colon, so it ends where the ARN begins.
 */
function namedCells(header: readonly string[], cells: readonly string[]): Row {
  const surplus = cells.length - header.length
  if (surplus !== 0) {
    const widened = cells.slice(0, surplus + 2).join(',')
    const split = widened.indexOf(',arn:')
    if (surplus < 0 || split === -1 || header[0] !== 'user' || header[1] !== 'arn') {
      const counts = `${cells.length} cells, not ${header.length}`
      throw unreadable(`a row of the credential report has ${counts}`)
    }
    const named = [widened.slice(0, split), widened.slice(split + 1)]
    return namedCells(header, [...named, ...cells.slice(surplus + 2)])
  }
  return Object.fromEntries(header.map((column, index) => [column, cells[index] ?? '']))
}

const pieceBytes = 64 * 1024

/** Splits the report, so that memory does not grow with its length. */
function* pieces(csv: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < csv.length; start += pieceBytes) {
    yield csv.subarray(start, start + pieceBytes)
  }
}

function checkedHeader(header: readonly string[]): readonly string[] {
  const missing = neededColumns.filter((column) => !header.includes(column))
  if (missing.length > 0) {
    throw unreadable(`the credential report has no column ${missing.join(', ')}`)
  }
  return header
}

function readRow(row: Row): ReportRow {
  const userName = value(row, 'user')
  return {
    kind: userName === '<root_account>' ? 'root' : 'user',
    arn: value(row, 'arn'),
    userName,
    userCreatedAt: time(row, 'user_creation_time'),
    hasConsole: flag(row, 'password_enabled'),
    slots: (['1', '2'] as const).flatMap((slot) => readSlot(row, slot)),
  }
}

/** A slot that is not active and was never changed has no key. */
function readSlot(row: Row, slot: '1' | '2'): ReportSlot[] {
  const active = flag(row, `access_key_${slot}_active`)
  const lastRotated = time(row, `access_key_${slot}_last_rotated`)
  if (!active && lastRotated === undefined) return []
  return [{ slot, active, lastRotated, lastUsed: readLastUsed(row, slot) }]
}

function readLastUsed(row: Row, slot: '1' | '2'): LastUsed {
  const column = `access_key_${slot}_last_used_date`
  const date = value(row, column)
  if (date === 'N/A') return { kind: 'never' }
  const at = time(row, column)
  if (at === undefined) return { kind: 'unknown', why: `the credential report says "${date}"` }
  const service = value(row, `access_key_${slot}_last_used_service`)
  const region = value(row, `access_key_${slot}_last_used_region`)
  return {
    kind: 'at',
    at,
    ...(isNothing(service) ? {} : { service }),
    ...(isNothing(region) ? {} : { region }),
  }
}

const nothings: readonly string[] = ['', 'N/A', 'no_information', 'not_supported']
const isNothing = (text: string): boolean => nothings.includes(text)

function value(row: Row, column: string): string {
  const text = row[column]
  if (text === undefined) throw unreadable(`a row of the credential report has no ${column}`)
  return text
}

/** `true` or `TRUE`. For the root user the password column says `not_supported`. */
const flag = (row: Row, column: string): boolean => value(row, column).toLowerCase() === 'true'

function time(row: Row, column: string): EpochMs | undefined {
  const text = value(row, column)
  if (isNothing(text)) return undefined
  const at = parseIso(text)
  if (at === undefined) throw unreadable(`${column} of the credential report says "${text}"`)
  return at
}

const unreadable = (sentence: string, cause?: unknown) =>
  permanent('KEYNAG_REPORT_UNREADABLE', sentence, cause)
