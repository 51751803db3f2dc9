import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as esbuild from '../../../../.sst/platform/node_modules/esbuild/lib/main.js'
import { edited, type Edit } from './edit.ts'
import { platform, root } from './places.ts'

/** The constants that SST's engine defines while it bundles, as source text. */
export type Constants = Readonly<Record<string, string>>

/** SST makes random physical names. Here a resource has the same name in every run. */
const namesWithoutChance: Edit = {
  file: '.sst/platform/src/components/naming.ts',
  find: 'crypto.randomBytes(8).toString("hex")',
  replace: 'name',
}

/** Makes every import of Pulumi load the platform's copy. */
const platformPackages: esbuild.Plugin = {
  name: 'platform-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) =>
      importer.startsWith(join(platform, 'src')) || path.startsWith('@pulumi/')
        ? { path, external: true }
        : undefined,
    )
  },
}

const applyEdits = (edits: readonly Edit[], before = ''): esbuild.Plugin => ({
  name: 'apply-edits',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = relative(root, path)
      const own = edits.filter((edit) => edit.file === file)
      const prefix = /^(sst\.config|stacks\/[^/]+)\.ts$/.test(file) ? before : ''
      if (own.length === 0 && prefix === '') return undefined
      return { loader: 'ts', contents: prefix + own.reduce(edited, readFileSync(path, 'utf8')) }
    })
  },
})

const forPlatform = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
} as const satisfies esbuild.BuildOptions

const stdin = (contents: string): esbuild.StdinOptions => ({
  contents,
  resolveDir: platform,
  loader: 'ts',
  sourcefile: 'graph-program.ts',
})

/** `run()` imports the stacks, and `app()` does not. */
const withoutStacks: esbuild.Plugin = {
  name: 'without-stacks',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

/** Bundles `app()` without the stacks, as SST's engine does. */
export async function bundleApp(
  stage: string,
  outfile: string,
  edits: readonly Edit[],
): Promise<void> {
  await esbuild.build({
    ...forPlatform,
    stdin: stdin(
      `import config from '../../sst.config.ts'
export default () => config.app(${JSON.stringify({ stage })})`,
    ),
    outfile,
    banner: { js: 'globalThis.$config = (config) => config' },
    plugins: [withoutStacks, applyEdits(edits)],
  })
}

/**
 * Bundles SST's components and the globals of its engine, with the stage's constants.
 *
 * @returns the names that {@link bundleStacks} may import from it
 */
export async function bundleComponents(
  outfile: string,
  constants: Constants,
): Promise<readonly string[]> {
  const { metafile } = await esbuild.build({
    ...forPlatform,
    stdin: stdin(`
export * as sst from './src/components/index.ts'
export { run } from './src/auto/run.ts'
export * from './src/shim/run.js'
`),
    outfile,
    define: { ...constants },
    inject: [join(platform, 'src/shim/run.js')],
    metafile: true,
    plugins: [applyEdits([namesWithoutChance]), platformPackages],
  })
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports)
}

/** Bundles `run()` and the stacks. They import the components beside them in `.sst/platform`. */
export async function bundleStacks(
  outfile: string,
  {
    components,
    names,
    constants,
    edits,
  }: {
    components: string
    names: readonly string[]
    constants: Constants
    edits: readonly Edit[]
  },
): Promise<void> {
  // SST provides these names as globals, and an application's files may not import them.
  const globals = `import * as aws from '@pulumi/aws'
import { ${names.filter((name) => name !== 'run').join(', ')} } from 'sst-components'
`
  const sstComponents: esbuild.Plugin = {
    name: 'sst-components',
    setup: (build) =>
      build.onResolve({ filter: /^sst-components$/ }, () => ({ path: components, external: true })),
  }
  await esbuild.build({
    ...forPlatform,
    stdin: stdin(
      `import { run } from 'sst-components'
import config from '../../sst.config.ts'
export default () => run(config.run)`,
    ),
    outfile,
    define: { ...constants },
    plugins: [sstComponents, applyEdits(edits, globals), platformPackages],
  })
}

/**
 * Bundles every handler as SST does, minified and for the runtime's Node version. The shared code,
 * which is nearly all of it, is split off, so that it is bundled and loaded once.
 *
 * @returns each bundle and its exports, by the handler's file
 */
export async function bundleHandlers(
  files: readonly string[],
  outdir: string,
  edits: readonly Edit[],
): Promise<ReadonlyMap<string, { readonly bundle: string; readonly exports: readonly string[] }>> {
  const { metafile } = await esbuild.build({
    entryPoints: files.map((file) => ({
      in: join(root, file),
      out: join(dirname(file), 'bundle'),
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    mainFields: ['module', 'main'],
    minify: true,
    splitting: true,
    metafile: true,
    logLevel: 'silent',
    absWorkingDir: root,
    // CommonJS packages load Node's modules with `require`.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    plugins: [applyEdits(edits)],
  })
  return new Map(
    Object.entries(metafile.outputs).flatMap(([bundle, { entryPoint, exports }]) =>
      entryPoint === undefined ? [] : [[entryPoint, { bundle: join(root, bundle), exports }]],
    ),
  )
}

/** Stops esbuild's own process, which prints long errors when its parent ends first. */
export const stopBundling = (): void => {
  void esbuild.stop()
}
