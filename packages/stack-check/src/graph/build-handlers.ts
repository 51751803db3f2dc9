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
 * The engine's `Runtime.Build`. It really bundles each handler and loads the bundle. The evaluation
 * fails when a handler cannot be bundled or loaded, or does not export its name.
 */
export function handlerBuilds(work: string, edits: readonly Edit[]): BuildHandler {
  const handlers = globSync('packages/functions/src/*/handler.ts', { cwd: root })
  const bundling = bundleHandlers(handlers, work, edits)
  // The first request for a handler reports the failure.
  bundling.catch(() => undefined)
  return async (input) => {
    const { handler } = Build.parse(input)
    const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? []
    try {
      const built = (await bundling).get(`${path}.ts`)
      if (built === undefined) throw new Error('the file does not exist')
      if (!built.exports.includes(name)) throw new Error(`the file does not export ${name}`)
      const module: unknown = await import(pathToFileURL(built.bundle).href)
      z.object({ [name]: z.function() }).parse(module)
      return builtAs(`bundle.${name}`, dirname(built.bundle), [])
    } catch (error) {
      return builtAs('', '', [`${handler}: ${error instanceof Error ? error.message : 'failed'}`])
    }
  }
}

/** Checks only that the handler's file exists, for evaluations that look at resources only. */
export function handlersUnbuilt(work: string): BuildHandler {
  const out = join(work, 'unbuilt')
  mkdirSync(out, { recursive: true })
  return async (input) => {
    const { handler } = Build.parse(input)
    const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? []
    const errors = existsSync(join(root, `${path}.ts`)) ? [] : [`${path}.ts does not exist`]
    return builtAs(`bundle.${name}`, out, errors)
  }
}

const builtAs = (handler: string, out: string, errors: readonly string[]): Built => ({
  handler,
  out,
  errors,
  sourcemaps: [],
})
