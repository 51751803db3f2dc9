import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as esbuild from '../../../../.sst/platform/node_modules/esbuild/lib/main.js'
import { edited, type Edit } from './edit.ts'
import { platform, root } from './places.ts'

/** What SST's engine defines while it bundles, in source text. */
export type Constants = Readonly<Record<string, string>>

/** SST draws physical names from chance; here the same resource has the same name in every run. */
const namesWithoutChance: Edit = {
  file: '.sst/platform/src/components/naming.ts',
  find: 'crypto.randomBytes(8).toString("hex")',
  replace: 'name',
}

/** Nothing may load a second Pulumi beside the platform's. */
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

/** `run()` imports them, and `app()` does not. */
const withoutStacks: esbuild.Plugin = {
  name: 'without-stacks',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

/** What `app()` says, as SST's engine asks it: without the stacks. */
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
 * Bundles SST's components and what its engine puts beside them, with the stage's constants.
 *
 * @returns the names that {@link bundleStacks} may import of it
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

/** Bundles `run()` and the stacks over components that stand beside it in `.sst/platform`. */
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
  // An application's own files may not import what SST gives them.
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
 * Bundles every handler as SST does each, minified and for the runtime's Node; but what they share,
 * which is nearly all of it, is split off, so that it is bundled and loaded once.
 *
 * @returns the bundle and its exports by the handler's file
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
    // Packages in CommonJS ask for Node's modules by `require`.
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

/** esbuild works in a process of its own, which complains at length when it is left alone. */
export const stopBundling = (): void => {
  void esbuild.stop()
}
