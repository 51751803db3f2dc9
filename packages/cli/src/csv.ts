import { stringify } from 'csv-stringify/sync'

/**
 * One line of CSV (RFC 4180). IAM names may begin with `=`, `+`, `-` or `@`, which a spreadsheet
 * would run as a formula: such cells get a leading quote mark. Programs should read the JSON.
 */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  stringify([[...cells]], { escape_formulas: true }).trimEnd()
