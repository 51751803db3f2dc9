import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as esbuild from '../../.sst/platform/node_modules/esbuild/lib/main.js'
import { edited, type Edit } from './edit.ts'
import { platform, root } from './places.ts'

/** SST draws physical names from chance; here the same resource has the same name in every run. */
const namesWithoutChance: Edit = {
  file: '.sst/platform/src/components/naming.ts',
  find: 'crypto.randomBytes(8).toString("hex")',
  replace: 'name',
}

const platformSources = join(platform, 'src')

/** Bundled for one evaluation: nothing may load a second Pulumi beside the platform's. */
const platformPackages: esbuild.Plugin = {
  name: 'platform-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) =>
      importer.startsWith(platformSources) || path.startsWith('@pulumi/')
        ? { path, external: true }
        : undefined,
    )
  },
}

/** What SST puts before an application's own files, which may not import it by themselves. */
const globals = `
import * as aws from '@pulumi/aws'
import * as sst from '${join(platformSources, 'components/index.ts')}'
`
const isOfStacks = (file: string): boolean => /^(sst\.config|stacks\/[^/]+)\.ts$/.test(file)

const applyEdits = (
  edits: readonly Edit[],
  { before }: { before?: string } = {},
): esbuild.Plugin => ({
  name: 'apply-edits',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = relative(root, path)
      const own = edits.filter((edit) => edit.file === file)
      const prefix = before !== undefined && isOfStacks(file) ? before : ''
      if (own.length === 0 && prefix === '') return undefined
      return { loader: 'ts', contents: prefix + own.reduce(edited, readFileSync(path, 'utf8')) }
    })
  },
})

/**
 * Bundles a program for Node that stands inside `.sst/platform`, as SST's own engine does: `app()`
 * runs with `$config` alone, `run()` with the components and the constants of the stage.
 */
export async function bundleProgram(
  program: string,
  outfile: string,
  { edits, constants }: { edits: readonly Edit[]; constants?: Readonly<Record<string, string>> },
): Promise<void> {
  await esbuild.build({
    stdin: {
      contents: program,
      resolveDir: platform,
      loader: 'ts',
      sourcefile: 'graph-program.ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    ...(constants === undefined
      ? { banner: { js: 'globalThis.$config = (config) => config' } }
      : {
          define: { ...constants },
          inject: [join(platform, 'src/shim/run.js')],
        }),
    plugins: [
      applyEdits(
        [namesWithoutChance, ...edits],
        constants === undefined ? {} : { before: globals },
      ),
      platformPackages,
    ],
  })
}

/**
 * Bundles every handler as SST does each: one minified module for the runtime's Node. All at once,
 * since they share nearly all of their sources.
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
    Object.entries(metafile.outputs).map(([bundle, { entryPoint = '', exports }]) => [
      entryPoint,
      { bundle: join(root, bundle), exports },
    ]),
  )
}

/** esbuild works in a process of its own, which complains at length when it is left alone. */
export const stopBundling = (): void => {
  void esbuild.stop()
}
