import { describe, expect, it } from 'vitest'
import { csvLine, wrap } from './format.ts'

describe('wrapped text', () => {
  it('breaks at spaces, and indents what follows', () => {
    expect(wrap('nothing before Monday: a nag every 7 days', 20, '  ')).toBe(
      ['nothing before', '  Monday: a nag', '  every 7 days'].join('\n'),
    )
  })

  it('leaves a word that is too long in one piece', () => {
    expect(wrap('see arn:aws:iam::111122223333:user/ann there', 12, '  ')).toBe(
      ['see', '  arn:aws:iam::111122223333:user/ann', '  there'].join('\n'),
    )
  })

  it('keeps the indentation that the text begins with', () => {
    expect(wrap('    one two', 9, '    ')).toBe('    one\n    two')
  })

  it('breaks nothing where there is no terminal', () => {
    expect(wrap('one two three', undefined, '  ')).toBe('one two three')
  })
})

it('quotes what has commas, quotes and line breaks', () => {
  expect(csvLine(['a,b', 'say "no"', 'two\nlines', 7, null])).toBe(
    '"a,b","say ""no""","two\nlines",7,',
  )
})

it.each(['=1+1', '+cmd', '-x', '@SUM(A1)'])('lets no spreadsheet run the user name %s', (name) => {
  expect(csvLine([name])).toBe(`'${name}`)
})
