import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { bundleApp, bundleComponents, bundleStacks, type Constants } from './bundle.ts'
import type { Edit } from './edit.ts'
import { platform } from './places.ts'

const App = z.object({
  name: z.string(),
  removal: z.string(),
  protect: z.boolean(),
  providers: z.unknown(),
})
export type App = z.infer<typeof App>
const Program = z.object({ default: z.function({ input: [], output: z.unknown() }) })

const run = async (program: string): Promise<unknown> =>
  Program.parse(await import(pathToFileURL(program).href)).default()

// The bundles are written into the platform, because they load its packages.
const written: string[] = []
process.on('exit', () => {
  for (const program of written) rmSync(program, { force: true })
})
function newProgram(): string {
  const program = `graph-${process.pid}-${written.length}.mjs`
  written.push(join(platform, program))
  return program
}

/** The result of `app()` for a stage. */
export async function runApp(stage: string, edits: readonly Edit[]): Promise<App> {
  const program = join(platform, newProgram())
  await bundleApp(stage, program, edits)
  return App.parse(await run(program))
}

interface Components {
  readonly program: string
  readonly names: readonly string[]
  loads: number
}
const bundled = new Map<string, Components>()

async function componentsFor(constants: Constants): Promise<Components> {
  const key = JSON.stringify(constants)
  const known = bundled.get(key)
  if (known !== undefined) return known
  const program = newProgram()
  const names = await bundleComponents(join(platform, program), constants)
  const made = { program, names, loads: 0 }
  bundled.set(key, made)
  return made
}

/**
 * Runs the stacks. It bundles SST's components once per stage and loads them again for each run, so
 * that state of one run, such as `$transform`, does not reach the next.
 */
export async function runStacks(constants: Constants, edits: readonly Edit[]): Promise<unknown> {
  const components = await componentsFor(constants)
  components.loads += 1
  const program = join(platform, newProgram())
  await bundleStacks(program, {
    components: `./${components.program}?${components.loads}`,
    names: components.names,
    constants,
    edits,
  })
  return run(program)
}
