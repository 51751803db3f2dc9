import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { OrganizationInput } from '@keynag/core'
import { workerBench } from '../../command-line/worker-bench.ts'
import { root } from '../markdown.ts'

const sandbox = join(root, 'packages/sandbox/src')
const shell = promisify(execFile)

interface Ended {
  readonly code: number
  readonly output: string
}

/** Runs a program in a folder; `output` has standard output and standard error as they came. */
async function run(program: string, words: readonly string[], cwd: string): Promise<Ended> {
  const all = [process.execPath, join(sandbox, program), ...words]
  const command = `${all.map((word) => `'${word}'`).join(' ')} 2>&1; echo "code $?"`
  const { stdout } = await shell('sh', ['-c', command], { cwd })
  const [output = '', code] = stdout.split(/code (\d+)\n$/)
  return { output, code: Number(code) }
}

/** Plays the demo in a folder, at its defaults: its files are then in `.keynag` there. */
export async function playDemo(folder: string): Promise<string> {
  const command = [process.execPath, join(sandbox, 'demo/main.ts')]
  const { stdout } = await shell(command[0] ?? '', command.slice(1), { cwd: folder })
  return stdout
}

/** Puts what a demo left elsewhere into a folder, and its output as it would be from there. */
export async function takeDemo(folder: string, demo: string, printed: string): Promise<string> {
  await cp(demo, join(folder, '.keynag'), { recursive: true })
  return printed
    .replace(/^\{.*\}\n$/m, '')
    .replaceAll(`${demo}/`, '.keynag/')
    .replaceAll(` --sandbox ./${demo}`, ' --sandbox')
}

/** Runs `npx pnpm keynag …` on what the demo left in a folder. */
export const onDemo = (folder: string, command: string): Promise<Ended> =>
  run('keynag/main.ts', wordsOf(command), folder)

const wordsOf = (command: string): readonly string[] =>
  command.replace(/^npx pnpm keynag /, '').split(' ')

const settings = {
  contacts: { domains: ['example.com'] },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [{ name: 'standard', staleAtDay: 90 }],
} satisfies OrganizationInput

/** Runs `keynag setup` or `keynag worker` on a stage with queues and a table on this machine. */
export async function onLocalStage(command: string): Promise<Ended> {
  const bench = await workerBench('local', settings)
  try {
    const [name] = wordsOf(command)
    const made = await bench.run('setup', '--yes')
    return name === 'setup'
      ? { code: Number(made.code), output: `${made.said}${made.printed}` }
      : await worker(bench)
  } finally {
    await bench.close()
  }
}

/** Without schedules, because there is no organization; on a free port, shown as 8080. */
async function worker(bench: Awaited<ReturnType<typeof workerBench>>): Promise<Ended> {
  const { child, ended, said } = bench.worker('--no-schedules', '--health-port', '0')
  while (!said().includes('health at')) {
    if (child.exitCode !== null) throw new Error(`the worker ended by itself: ${said()}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
  const before = said()
  child.kill('SIGINT')
  const { code, said: all } = await ended
  const output = `${before}^C\n${all.slice(before.length)}`
  return { code: Number(code), output: output.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:8080') }
}
