import { existsSync, globSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { bundleHandlers } from './bundle.ts'
import type { Edit } from './edit.ts'
import { root } from './places.ts'

const Build = z.object({ handler: z.string() })

interface Built {
  readonly handler: string
  readonly out: string
  readonly errors: readonly string[]
  readonly sourcemaps: readonly string[]
}

export type BuildHandler = (input: unknown) => Promise<Built>

/**
 * The engine's `Runtime.Build`. It bundles for real and loads what came out: a handler that cannot
 * be bundled or loaded, or that exports nothing of its name, fails the evaluation.
 */
export function handlerBuilds(work: string, edits: readonly Edit[]): BuildHandler {
  const handlers = globSync('packages/functions/src/*/handler.ts', { cwd: root })
  const bundling = bundleHandlers(handlers, work, edits)
  // Whoever asks for a handler first hears of a failure.
  bundling.catch(() => undefined)
  return async (input) => {
    const { handler } = Build.parse(input)
    const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? []
    try {
      const built = (await bundling).get(`${path}.ts`)
      if (built === undefined) throw new Error('there is no such file')
      if (!built.exports.includes(name)) throw new Error(`it exports no ${name}`)
      const module: unknown = await import(pathToFileURL(built.bundle).href)
      z.object({ [name]: z.function() }).parse(module)
      return builtAs(`bundle.${name}`, dirname(built.bundle), [])
    } catch (error) {
      return builtAs('', '', [`${handler}: ${error instanceof Error ? error.message : 'failed'}`])
    }
  }
}

/** For a look at the resources alone: the handler's file must be there, and nothing is bundled. */
export function handlersUnbuilt(work: string): BuildHandler {
  const out = join(work, 'unbuilt')
  mkdirSync(out, { recursive: true })
  return async (input) => {
    const { handler } = Build.parse(input)
    const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? []
    const errors = existsSync(join(root, `${path}.ts`)) ? [] : [`there is no ${path}.ts`]
    return builtAs(`bundle.${name}`, out, errors)
  }
}

const builtAs = (handler: string, out: string, errors: readonly string[]): Built => ({
  handler,
  out,
  errors,
  sourcemaps: [],
})
