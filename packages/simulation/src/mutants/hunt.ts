import { execFile } from 'node:child_process'
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
import { guards, type Guard } from './guards.ts'

const run = promisify(execFile)
const root = resolve(fileURLToPath(new URL('../../../..', import.meta.url)))
const packages = ['core', 'engine', 'simulation'] as const

const Caught = z.object({ caught: z.boolean(), by: z.string() })

export interface Result {
  readonly guard: string
  readonly caught: boolean
  /** The run and the invariant that it broke. */
  readonly by: string
  readonly seconds: number
}

/** Takes the guards out of copies of the sources, one at a time, and sees whether it is noticed. */
export async function hunt(
  onResult: (result: Result) => void,
  only: (guard: Guard) => boolean = () => true,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const left = guards.filter(only)
  const crew = Array.from({ length: availableParallelism() }, async () => {
    const copy = await copyOfSources()
    try {
      for (let guard = left.shift(); guard !== undefined; guard = left.shift()) {
        const result = await without(guard, copy)
        results.push(result)
        onResult(result)
      }
    } finally {
      await rm(copy, { recursive: true })
    }
  })
  await Promise.all(crew)
  return results
}

async function without({ guard, patches }: Guard, copy: string): Promise<Result> {
  const began = performance.now()
  const before = new Map<string, string>()
  for (const { file, from, to } of patches) {
    const path = join(copy, 'packages', file)
    const text = await readFile(path, 'utf8')
    if (!before.has(path)) before.set(path, text)
    const pieces = text.split(from)
    if (pieces.length !== 2) {
      throw new Error(`"${guard}": its text is ${pieces.length - 1} times in ${file}, not once`)
    }
    await writeFile(path, pieces.join(to))
  }
  const preyed = join(copy, 'packages/simulation/src/mutants/prey.ts')
  const { stdout } = await run(process.execPath, [preyed], { maxBuffer: 2 ** 26 })
  for (const [path, text] of before) await writeFile(path, text)
  const caught = Caught.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
  return { guard, ...caught, seconds: Math.round((performance.now() - began) / 100) / 10 }
}

/** The sources again, with the installed packages linked to and our own being the copies. */
async function copyOfSources(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'keynag-mutants-'))
  for (const name of packages) {
    const from = join(root, 'packages', name)
    const to = join(copy, 'packages', name)
    await mkdir(to, { recursive: true })
    await cp(join(from, 'package.json'), join(to, 'package.json'))
    await cp(join(from, 'src'), join(to, 'src'), { recursive: true })
    await linkModules(join(from, 'node_modules'), join(to, 'node_modules'), copy)
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
