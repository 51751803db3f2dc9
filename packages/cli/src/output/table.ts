import type { Shell } from '../shell/shell.ts'
import { escaped } from '../shell/terminal-text.ts'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  readonly align?: 'right'
  /** Text in this column may be cut on a narrow terminal; the highest number is cut first. */
  readonly shrink?: number
  /** This column may be left out when cutting is not enough; the highest number goes first. */
  readonly drop?: number
}

const gap = 2
/** The width of a column that is left out: it removes its gap as well. */
const leftOut = -gap
const leastWidth = 6

/**
 * Rows under titles. On a narrow terminal it first cuts text in the columns that allow it (the text
 * then ends in `…`), then leaves out columns that allow that, and at last prints every row as a block
 * of lines. Without a terminal it cuts nothing.
 */
export const tableOf = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  shell: Pick<Shell, 'width' | 'style'>,
): string => tableInParts(columns, shell)(rows)

/** The same for rows that come page by page: it prints titles once and never narrows a column. */
export function tableInParts<Row>(
  columns: readonly Column<Row>[],
  shell: Pick<Shell, 'width' | 'style'>,
): (rows: readonly Row[]) => string {
  let before: readonly number[] | undefined
  return (rows) => {
    const part = partOf(rows, columns, shell, before)
    before = part.wanted
    return part.text
  }
}

function partOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, style }: Pick<Shell, 'width' | 'style'>,
  before: readonly number[] | undefined,
): { readonly text: string; readonly wanted: readonly number[] } {
  const cells = rows.map((row) => columns.map((column) => escaped(column.value(row))))
  const wanted = columns.map(({ title }, index) =>
    Math.max(title.length, before?.[index] ?? 0, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const widths = width === undefined ? wanted : fitted(wanted, columns, width)
  if (widths === undefined) {
    const blocks = blocksOf(cells, columns, { style })
    return { text: before === undefined ? blocks : `\n${blocks}`, wanted }
  }
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const space = widths[index] ?? leftOut
        if (space === leftOut) return undefined
        const cut = text.length > space ? `${text.slice(0, space - 1)}…` : text
        return columns[index]?.align === 'right' ? cut.padStart(space) : cut.padEnd(space)
      })
      .filter((text) => text !== undefined)
      .join(' '.repeat(gap))
      .trimEnd()
  const titles = style('bold', line(columns.map(({ title }) => title)))
  const lines = cells.map(line)
  return { text: (before === undefined ? [titles, ...lines] : lines).join('\n'), wanted }
}

/** Widths that fit the terminal, with as few columns left out as possible. */
function fitted<Row>(
  wanted: readonly number[],
  columns: readonly Column<Row>[],
  width: number,
): readonly number[] | undefined {
  const droppable = inOrder(columns, ({ drop }) => drop)
  for (let dropped = 0; dropped <= droppable.length; dropped += 1) {
    const widths = [...wanted]
    for (const { index } of droppable.slice(0, dropped)) widths[index] = leftOut
    if (cutTo(width, widths, columns)) return widths
  }
  return undefined
}

/** Cuts columns until they fit, and returns whether they do. */
function cutTo<Row>(width: number, widths: number[], columns: readonly Column<Row>[]): boolean {
  const excess = () => widths.reduce((sum, each) => sum + each + gap, -gap) - width
  for (const { index, title } of inOrder(columns, ({ shrink }) => shrink)) {
    const have = widths[index] ?? leftOut
    const least = Math.min(have, Math.max(leastWidth, title.length))
    widths[index] = Math.max(least, have - Math.max(0, excess()))
  }
  return excess() <= 0
}

const inOrder = <Row>(
  columns: readonly Column<Row>[],
  order: (column: Column<Row>) => number | undefined,
) =>
  columns
    .map((column, index) => ({ title: column.title, index, order: order(column) }))
    .filter((column) => column.order !== undefined)
    .sort((a, b) => (b.order ?? 0) - (a.order ?? 0))

function blocksOf<Row>(
  cells: readonly (readonly string[])[],
  columns: readonly Column<Row>[],
  { style }: Pick<Shell, 'style'>,
): string {
  const space = Math.max(...columns.map(({ title }) => title.length)) + gap
  return cells
    .map((row) =>
      columns
        .map(({ title }, index) => `${style('bold', title.padEnd(space))}${row[index] ?? ''}`)
        .join('\n'),
    )
    .join('\n\n')
}
