/** Rewrites what pages take from the code: `node packages/acceptance/src/pages/write.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedPages } from './generated-pages.ts'
import { root } from './markdown.ts'

for (const [path, text] of Object.entries(generatedPages)) writeFileSync(join(root, path), text())
