import { expect, it } from 'vitest'
import { wordsOf } from './program.ts'

it.each([
  ['', '--help'],
  ['-- audit --org', 'audit --org'],
  ['ledger show AKIA1 --sandbox', 'ledger show AKIA1 --sandbox'],
  ['ledger show --sandbox AKIA1 --json', 'ledger show AKIA1 --json --sandbox'],
  ['ledger show --sandbox .keynag AKIA1', 'ledger show --sandbox .keynag AKIA1'],
  ['ledger list --sandbox /tmp/demo', 'ledger list --sandbox /tmp/demo'],
  ['ledger list --sandbox --held', 'ledger list --sandbox --held'],
])('%j is read as %j', (typed, read) => {
  expect(wordsOf(typed.split(' ').filter((word) => word !== '')).join(' ')).toBe(read)
})
