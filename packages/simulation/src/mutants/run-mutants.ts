import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Mutant } from './mutant.ts'

const run = promisify(execFile)
const root = resolve(fileURLToPath(new URL('../../../..', import.meta.url)))
const packages = ['core', 'engine', 'channels', 'oracle', 'simulation'] as const

const Verdict = z.object({ caught: z.boolean(), by: z.string() })

export interface MutantResult {
  readonly guard: string
  readonly caught: boolean
  /** The invariant that broke, and in which run; empty if the mutant survived. */
  readonly by: string
  readonly seconds: number
}

/** Applies each mutant alone to a copy of the sources, and plays the simulation on that copy. */
export async function runMutants(
  mutants: readonly Mutant[],
  onResult: (result: MutantResult) => void,
): Promise<readonly MutantResult[]> {
  const results: MutantResult[] = []
  const left = [...mutants]
  const workers = Array.from({ length: availableParallelism() }, async () => {
    const copy = await copyOfSources()
    try {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const result = await judge(mutant, copy)
        results.push(result)
        onResult(result)
      }
    } finally {
      await rm(copy, { recursive: true })
    }
  })
  await Promise.all(workers)
  return results
}

async function judge({ guard, patches }: Mutant, copy: string): Promise<MutantResult> {
  const began = performance.now()
  const before = new Map<string, string>()
  for (const { file, from, to } of patches) {
    const path = join(copy, 'packages', file)
    const text = await readFile(path, 'utf8')
    if (!before.has(path)) before.set(path, text)
    const pieces = text.split(from)
    if (pieces.length !== 2) {
      const times = pieces.length - 1
      throw new Error(
        `The mutant "${guard}" must find its text once in packages/${file}, but finds it ${times} times. Update the text in packages/simulation/src/mutants/catalog.`,
      )
    }
    await writeFile(path, pieces.join(to))
  }
  const script = join(copy, 'packages/simulation/src/mutants/judge-mutant.ts')
  const { stdout } = await run(process.execPath, [script], { maxBuffer: 2 ** 26 })
  for (const [path, text] of before) await writeFile(path, text)
  const verdict = Verdict.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
  return { guard, ...verdict, seconds: Math.round((performance.now() - began) / 100) / 10 }
}

/** Copies the sources. Installed packages are linked; `@keynag/*` resolves to the copies. */
async function copyOfSources(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'keynag-mutants-'))
  for (const name of packages) {
    const from = join(root, 'packages', name)
    const to = join(copy, 'packages', name)
    await mkdir(to, { recursive: true })
    await cp(join(from, 'package.json'), join(to, 'package.json'))
    await cp(join(from, 'src'), join(to, 'src'), { recursive: true })
    const installed = join(from, 'node_modules')
    // A package without dependencies has none.
    if (existsSync(installed)) await linkModules(installed, join(to, 'node_modules'), copy)
  }
  await cp(join(root, 'package.json'), join(copy, 'package.json'))
  return copy
}

async function linkModules(from: string, to: string, copy: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    if (name.startsWith('.')) continue
    const path = join(from, name)
    if (name.startsWith('@')) {
      await linkModules(path, join(to, name), copy)
      continue
    }
    const real = await realpath(path)
    const own = packages.find((each) => real === join(root, 'packages', each))
    await symlink(own === undefined ? real : join(copy, 'packages', own), join(to, name))
  }
}
