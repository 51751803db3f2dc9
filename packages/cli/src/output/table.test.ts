import { describe, expect, it } from 'vitest'
import { type Column, tableInParts, tableOf } from './table.ts'

interface Row {
  readonly user: string
  readonly days: number
  readonly owner: string
}

const columns: readonly Column<Row>[] = [
  { title: 'user', value: ({ user }) => user, shrink: 1 },
  { title: 'days', value: ({ days }) => String(days), align: 'right' },
  { title: 'owner', value: ({ owner }) => owner, shrink: 2 },
]
const rows: readonly Row[] = [
  { user: 'ann', days: 9, owner: 'ann@example.com' },
  { user: 'build-and-deploy', days: 1_204, owner: 'platform-team@example.com' },
]
const plain = (_: string, text: string) => text
const table = (width: number | undefined, of = rows) =>
  tableOf(of, columns, { width, style: plain })

describe('a table', () => {
  it('is as wide as its words where there is no terminal', () => {
    expect(table(undefined)).toBe(
      [
        'user              days  owner',
        'ann                  9  ann@example.com',
        'build-and-deploy  1204  platform-team@example.com',
      ].join('\n'),
    )
  })

  it.each([30, 35, 40, 48])('is never wider than a terminal of %i columns', (width) => {
    for (const line of table(width).split('\n')) expect(line.length).toBeLessThanOrEqual(width)
  })

  it('cuts what may be cut, in its order', () => {
    expect(table(40).split('\n')[2]).toBe('build-and-deploy  1204  platform-team@e…')
    expect(table(24).split('\n')[2]).toBe('build-and…  1204  platf…')
  })

  it('becomes a block for each row where it cannot be cut enough', () => {
    expect(table(15)).toBe(
      [
        'user   ann',
        'days   9',
        'owner  ann@example.com',
        '',
        'user   build-and-deploy',
        'days   1204',
        'owner  platform-team@example.com',
      ].join('\n'),
    )
  })

  it('leaves out what may be left out before that', () => {
    const [user, days, owner] = columns
    if (user === undefined || days === undefined || owner === undefined) throw new Error('columns')
    const of = [user, { ...days, drop: 1 }, { ...owner, drop: 2 }]
    const [titles, , row] = tableOf(rows, of, { width: 15, style: plain }).split('\n')
    expect(titles).toBe('user       days')
    expect(row).toBe('build-an…  1204')
  })

  it('lets no control characters of strangers through', () => {
    const [, line = ''] = table(undefined, [
      { user: '\u{1b}[2Jann\n\u{202e}', days: 1, owner: '\u{7}' },
    ]).split('\n')
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(line).toContain('ann')
  })
})

describe('a table that comes in parts', () => {
  const [first, second] = rows

  it('has its titles once, and columns that never get narrower', () => {
    if (first === undefined || second === undefined) throw new Error('rows')
    const part = tableInParts(columns, { width: undefined, style: plain })
    expect([part([second]), part([first])].join('\n').split('\n')).toStrictEqual([
      'user              days  owner',
      'build-and-deploy  1204  platform-team@example.com',
      'ann                  9  ann@example.com',
    ])
  })

  it('keeps blocks apart where it is too narrow', () => {
    if (first === undefined || second === undefined) throw new Error('rows')
    const part = tableInParts(columns, { width: 15, style: plain })
    expect([part([first]), part([second])].join('\n')).toBe(table(15))
  })
})
