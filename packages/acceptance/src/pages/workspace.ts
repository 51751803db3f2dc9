import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { read, root } from './markdown.ts'

const Names = z.record(z.string(), z.string()).default({})

const Manifest = z.object({
  name: z.string(),
  exports: Names,
  dependencies: Names,
  devDependencies: Names,
  peerDependencies: Names,
  optionalDependencies: Names,
})
export type Manifest = z.infer<typeof Manifest>

/** The imported module specifiers of each file, by its path from the root of the repository. */
type Imports = ReadonlyMap<string, readonly string[]>

export interface Workspace {
  /** By the name of the folder below `packages`. */
  readonly manifests: ReadonlyMap<string, Manifest>
  readonly imports: Imports
}

const patterns = [
  // Static imports and re-exports, of types too: oxfmt writes them from the first column on.
  /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'/gm,
  /^import '([^']+)'/gm,
  /\b(?:import|require|findPackageJSON)\(\s*['`]([^'`$]+)/g,
]

/** Every module that a source names in an import, in any form. */
export const importsIn = (source: string): readonly string[] =>
  patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name = '']) => name))

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((each) => {
    const path = `${folder}/${each.name}`
    if (each.isDirectory()) return each.name === 'node_modules' ? [] : sourcesBelow(path)
    return /\.[cm]?tsx?$/.test(each.name) ? [path] : []
  })
}

/** The packages and what SST bundles with them, as they are in the checkout. */
export function readWorkspace(): Workspace {
  const folders = readdirSync(join(root, 'packages'))
  const files = [
    ...sourcesBelow('packages'),
    ...sourcesBelow('stacks'),
    'sst.config.ts',
    'keynag.config.ts',
  ]
  return {
    manifests: new Map(
      folders.map((folder) => {
        const text = read(`packages/${folder}/package.json`)
        return [folder, Manifest.parse(JSON.parse(text))] as const
      }),
    ),
    imports: new Map(files.map((file) => [file, importsIn(read(file))])),
  }
}
