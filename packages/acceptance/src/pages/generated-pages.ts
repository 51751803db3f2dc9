import { withBlock } from './blocks.ts'
import { demoOptionTable } from './demo-option-table.ts'
import { fullInvariantTables, shortInvariantTable } from './invariant-tables.ts'
import { lifecyclePage } from './lifecycle-page.ts'
import { read } from './markdown.ts'
import { packageTable } from './package-table.ts'

/** Pages that are written from the code, as a whole or in the blocks between markers. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/lifecycle.md': lifecyclePage,
  'ARCHITECTURE.md': () =>
    withBlock(
      withBlock(read('ARCHITECTURE.md'), 'invariants', shortInvariantTable()),
      'packages',
      packageTable(),
    ),
  'docs/rotation.md': () =>
    withBlock(read('docs/rotation.md'), 'invariants', fullInvariantTables()),
  'README.md': () => withBlock(read('README.md'), 'demo-options', demoOptionTable()),
}
