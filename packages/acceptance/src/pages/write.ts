/** Rewrites docs/lifecycle.md from the transition table: `node packages/acceptance/src/pages/write.ts`. */
import { writeFileSync } from 'node:fs'
import { lifecyclePage } from './lifecycle-page.ts'

writeFileSync(new URL('../../../../docs/lifecycle.md', import.meta.url), lifecyclePage())
