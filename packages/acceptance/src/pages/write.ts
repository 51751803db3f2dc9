/** Rewrites what the pages take from the code: `npx pnpm exec node packages/acceptance/src/pages/write.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lifecyclePage } from './lifecycle-page.ts'
import { read, root } from './markdown.ts'
import { withPackageTable } from './package-table.ts'

writeFileSync(join(root, 'docs/lifecycle.md'), lifecyclePage())
writeFileSync(join(root, 'ARCHITECTURE.md'), withPackageTable(read('ARCHITECTURE.md')))
