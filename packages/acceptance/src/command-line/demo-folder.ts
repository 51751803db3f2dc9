import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { AccessKeyId } from '@keynag/core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { z } from 'zod'
import { openSandbox } from '@keynag/sandbox/keynag/open-sandbox'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const Listed = z.looseObject({
  accessKeyId: AccessKeyId,
  state: z.string(),
  ageDays: z.number(),
  dueAt: z.string().optional(),
})

/**
 * Runs a very short demo for the tests of one file. Each test gets a copy of the demo's folder, and
 * can run `keynag ledger` on it.
 */
export function demoFolder() {
  let demo: string
  let folder: string

  beforeAll(async () => {
    demo = await mkdtemp(join(tmpdir(), 'keynag-demo-'))
    const size = ['--days', '12', '--accounts', '4', '--users', '24']
    const { exitCode } = await run(fileOf('../../../sandbox/src/demo/main.ts'), [
      ...size,
      '--out',
      join(demo, 'out'),
    ])
    if (exitCode !== 0) throw new Error(`the demo ended with exit code ${exitCode}`)
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(demo, 'copy-'))
    await cp(join(demo, 'out'), folder, { recursive: true })
  })
  afterAll(() => rm(demo, { recursive: true }))

  /** Runs `keynag ledger` in this process, which is faster and allows a terminal of any width. */
  async function inProcess(args: readonly string[], terminal: { readonly width?: number } = {}) {
    const recording = recordingShell(terminal)
    const argv = ['ledger', ...args, '--sandbox', folder]
    const exitCode = await runKeynag(argv, recording.shell, { openSandbox })
    return { exitCode, output: recording.output(), remarks: recording.remarks() }
  }

  const listed = async (...filter: readonly string[]) => {
    const { output } = await inProcess(['list', '--all', '--json', ...filter])
    return output === '' ? [] : output.split('\n').map((line) => Listed.parse(JSON.parse(line)))
  }

  return { folder: (): string => folder, inProcess, listed }
}

interface Running {
  readonly env?: Readonly<Record<string, string>>
  readonly readerLeaves?: boolean
}

async function run(
  main: string,
  args: readonly string[],
  { env = {}, readerLeaves }: Running = {},
) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { PATH, ...env } })
  let output = ''
  let remarks = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (remarks += chunk.toString('utf8')))
  if (readerLeaves === true) child.stdout.destroy()
  const [exitCode] = z
    .tuple([z.number().nullable()])
    .rest(z.unknown())
    .parse(await once(child, 'close'))
  return { exitCode, output, remarks }
}

/** Runs `keynag ledger` in a separate process. */
export const keynag = (args: readonly string[], running?: Running) =>
  run(fileOf('../../../sandbox/src/keynag/main.ts'), ['ledger', ...args], running)

/** Expects a code with a sentence, then a sentence that says what to do, and no stack trace. */
export function expectSentence(remarks: string, code: string): void {
  const lines = remarks.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(new RegExp(`^${code}: .{10,}`))
  expect(lines[1]).toMatch(/\.$/)
  expect(remarks).not.toMatch(/^\s+at /m)
}
