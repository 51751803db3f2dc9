import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { readMessages } from '@keynag/fake-aws/sqs'
import { sandboxFiles } from '@keynag/sandbox/keynag/sandbox-file'

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keynag-dlq-'))
  const demo = ['--days', '12', '--accounts', '4', '--users', '24', '--out', folder]
  const { code, errors } = await run(script('../../../sandbox/src/demo/main.ts'), demo)
  if (code !== 0) throw new Error(`the demo failed: ${errors}`)
})

afterAll(() => rm(folder, { recursive: true }))

const run = (file: string, words: readonly string[]) =>
  new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
    execFile(process.execPath, [file, ...words], (error, output, errors) => {
      resolve({ code: error === null ? 0 : error.code, output, errors })
    })
  })
const dlq = (words: string) =>
  run(script('../../../sandbox/src/keynag/main.ts'), [
    'dlq',
    ...words.split(' '),
    '--sandbox',
    folder,
  ])

const Listed = z.object({
  looked: z.number(),
  groups: z.array(z.object({ queue: z.string(), reason: z.string(), count: z.number() })),
})
const Figures = z.object({ replayed: z.number(), discarded: z.number(), left: z.number() })

it('works on the queues of a demo, and each command continues where the last one ended', async () => {
  const { deadLetters, queues } = sandboxFiles(folder)
  const lying = await readMessages(deadLetters)
  expect(lying.length).toBeGreaterThan(3)

  const listed = Listed.parse(JSON.parse((await dlq('list --json')).output))
  expect(listed.looked).toBe(lying.length)
  expect(listed.groups).toContainEqual({ queue: 'rotate', reason: 'KEYNAG_KEY_UNKNOWN', count: 1 })

  const unasked = await dlq('discard --outcome invalid')
  expect(unasked.code).toBe(1)
  expect(unasked.errors).toContain('KEYNAG_CONFIRMATION_NEEDED')
  expect(await readMessages(deadLetters)).toHaveLength(lying.length)

  const discarded = await dlq('discard --outcome invalid --yes --json')
  const gone = Figures.parse(JSON.parse(discarded.output)).discarded
  expect(gone).toBeGreaterThan(0)
  expect(await readMessages(deadLetters)).toHaveLength(lying.length - gone)

  const replayed = await dlq('replay --obsolete --yes --rate 100 --json')
  const figures = Figures.parse(JSON.parse(replayed.output))
  expect(figures.replayed).toBeGreaterThan(0)
  expect(await readMessages(deadLetters)).toHaveLength(figures.left)
  expect(await readMessages(queues)).toHaveLength(figures.replayed)
})

it('explains that a folder is not the folder of a demo, without a stack trace', async () => {
  const words = ['dlq', 'list', '--sandbox', join(folder, 'nothing')]
  const { code, errors } = await run(script('../../../sandbox/src/keynag/main.ts'), words)
  expect(code).toBe(1)
  expect(errors).toContain('KEYNAG_SANDBOX_MISSING')
  expect(errors).not.toContain('    at ')
})
