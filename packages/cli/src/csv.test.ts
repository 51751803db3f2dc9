import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it('quotes what has commas, quotes and line breaks', () => {
  expect(csvLine(['a,b', 'say "no"', 'two\nlines', 7, null])).toBe(
    '"a,b","say ""no""","two\nlines",7,',
  )
})

it.each(['=1+1', '+cmd', '-x', '@SUM(A1)'])('lets no spreadsheet run the user name %s', (name) => {
  expect(csvLine([name])).toBe(`'${name}`)
})
