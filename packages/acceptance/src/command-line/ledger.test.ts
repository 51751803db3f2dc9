import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { AccessKeyId, parseEvent, type DeadLetter, type KeynagEvent } from '@keynag/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { ledgerTable, region } from '@keynag/sandbox/resources'
import { openSandbox } from '@keynag/sandbox/keynag/open-sandbox'
import { sandboxFiles } from '@keynag/sandbox/keynag/sandbox-file'

const calls = { count: (): void => undefined }
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const Listed = z.looseObject({
  accessKeyId: AccessKeyId,
  state: z.string(),
  ageDays: z.number(),
  dueAt: z.string().optional(),
})

/** What a very short demo leaves; every test has a copy of its own. */
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
  if (exitCode !== 0) throw new Error(`the demo ended with ${exitCode}`)
})
beforeEach(async () => {
  folder = await mkdtemp(join(demo, 'copy-'))
  await cp(join(demo, 'out'), folder, { recursive: true })
})
afterAll(() => rm(demo, { recursive: true }))

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

const keynag = (args: readonly string[], running?: Running) =>
  run(fileOf('../../../sandbox/src/keynag/main.ts'), ['ledger', ...args], running)

/** The same within this process: quicker, and with a terminal of any width. */
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

describe('keynag ledger on what a demo left', () => {
  it('lists what the demo found, print one JSON object a line, without colours in a pipe', async () => {
    const summary = z
      .object({ stale: z.number() })
      .parse(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')))
    const { exitCode, output, remarks } = await keynag(['list', '--json', '--sandbox', folder])
    const lines = output.trimEnd().split('\n')
    expect(lines.map((line) => Listed.parse(JSON.parse(line)))).toHaveLength(summary.stale)
    expect({ exitCode, remarks }).toStrictEqual({ exitCode: 0, remarks: '' })
    for (const env of [{}, { NO_COLOR: '1' }, { TERM: 'xterm-256color' }]) {
      const table = await keynag(['list', '--sandbox', folder], { env })
      expect(table.output).toContain('access key')
      expect(table.output).not.toContain('\u001B')
    }
    const coloured = await keynag(['stats', '--sandbox', folder], { env: { FORCE_COLOR: '1' } })
    expect(coloured.output).toContain('\u001B')
  })

  it.each([['list', '--all', '--json'], ['export', '--facts'], ['stats']])(
    '%s ends well and says nothing when its reader has gone',
    async (...args) => {
      const words = args.filter((word) => word !== undefined)
      const ended = await keynag([...words, '--sandbox', folder], { readerLeaves: true })
      expect(ended).toStrictEqual({ exitCode: 0, output: '', remarks: '' })
      expect((await listed()).length).toBeGreaterThan(0)
    },
  )

  it('finds the same by every index', async () => {
    const all = await listed()
    const byState = (await inEveryState()).map(({ accessKeyId }) => accessKeyId)
    expect(byState.sort()).toStrictEqual(all.map(({ accessKeyId }) => accessKeyId).sort())
    const byDue = (await listed('--due-before', '2100-01-01')).map(({ dueAt }) => dueAt)
    expect(byDue).toStrictEqual(all.flatMap(({ dueAt }) => dueAt ?? []).sort())
    const [first] = all
    const Owned = z.looseObject({ owner: z.object({ id: z.string() }), accountId: z.string() })
    const { owner, accountId } = Owned.parse(first)
    for (const filter of [
      ['--owner', owner.id],
      ['--account', accountId],
    ]) {
      expect((await listed(...filter)).map(({ accessKeyId }) => accessKeyId)).toContain(
        first?.accessKeyId,
      )
    }
  })

  it.each([40, 80, 120])('fits a terminal of %i columns', async (width) => {
    const { output } = await inProcess(['list'], { width })
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
  })

  it('shows a timeline in which every step has who did it', async () => {
    const [first] = await listed('--state', 'nagging')
    const { output, exitCode } = await inProcess(['show', first?.accessKeyId ?? ''])
    expect(exitCode).toBe(0)
    expect(output).toMatch(/next {8}nothing before 2026-/)
    const steps = output.split('\n').filter((line) => /^2026-01-\d\d \d\d:\d\d {2}/.test(line))
    expect(steps.length).toBeGreaterThan(1)
    expect(output.match(/^ +by: /gm)).toHaveLength(steps.length)
  })

  it.each([
    [['show', 'AKIA0000000000000000'], 'KEYNAG_KEY_UNKNOWN'],
    [['show', 'x'], 'KEYNAG_OPTION_INVALID'],
    [['list', '--state', 'x'], 'KEYNAG_OPTION_INVALID'],
  ])('refuses %j with a sentence', async (args, code) => {
    const { exitCode, output, remarks } = await keynag([...args, '--sandbox', folder])
    expect({ exitCode, output }).toStrictEqual({ exitCode: 1, output: '' })
    expectSentence(remarks, code)
  })
})

/** A code, a sentence and what to do, and no stack trace. */
function expectSentence(remarks: string, code: string): void {
  const lines = remarks.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(new RegExp(`^${code}: .{10,}`))
  expect(lines[1]).toMatch(/\.$/)
  expect(remarks).not.toMatch(/^\s+at /m)
}

describe('where there is no ledger to look into', () => {
  it('a folder that no demo made is a sentence', async () => {
    const { exitCode, remarks } = await keynag(['list', '--sandbox', join(folder, 'none')])
    expect(exitCode).toBe(1)
    expectSentence(remarks, 'KEYNAG_SANDBOX_MISSING')
    await writeFile(sandboxFiles(folder).sandbox, '{"version": 2}')
    const damaged = await keynag(['list', '--sandbox', folder])
    expectSentence(damaged.remarks, 'KEYNAG_SANDBOX_MISSING')
  })

  it('a table that does not exist is a sentence with its name', async () => {
    const dynamoDb = await startDynamoDb({ calls })
    const env = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }
    const config = ['--config', fileOf('../../../../keynag.config.ts')]
    for (const args of [['list'], ['stats'], ['show', 'AKIA0000000000000000']]) {
      const { exitCode, remarks } = await keynag([...args, '--table', 'nowhere', ...config], {
        env,
      })
      expect(exitCode).toBe(1)
      expectSentence(remarks, 'KEYNAG_LEDGER_MISSING')
      expect(remarks).toContain('of table nowhere')
    }
    await dynamoDb.close()
  })

  it('a sandbox that another command has open is busy, and nothing is damaged', async () => {
    const before = await listed()
    const place = await openSandbox(folder)
    const { exitCode, remarks } = await keynag(['list', '--sandbox', folder])
    expect(exitCode).toBe(1)
    expectSentence(remarks, 'KEYNAG_SANDBOX_BUSY')
    await place.close()
    expect(await listed()).toStrictEqual(before)
  })
})

describe('an item of a newer release', () => {
  it('is left out of reports and named, and cannot be shown', async () => {
    const before = await listed()
    const newer = before[1]?.accessKeyId ?? ''
    await setSchema(newer, 2)
    const { exitCode, output, remarks } = await inProcess(['list', '--all', '--json'])
    expect(output.split('\n')).toHaveLength(before.length - 1)
    expect(output).not.toContain(`"accessKeyId":"${newer}"`)
    expect(remarks).toContain(
      `KEYNAG_LEDGER_ITEM_UNREADABLE: the ledger holds entry KEY#${newer} ENTRY`,
    )
    expect(remarks).toContain('its schema is 2, and this release reads 1')
    expect(remarks).toContain('The report leaves out 1 item that could not be read.')
    expect(exitCode).toBe(1)
    const shown = await inProcess(['show', newer])
    expect(shown).toMatchObject({ exitCode: 1, output: '' })
    expectSentence(shown.remarks, 'KEYNAG_LEDGER_ITEM_UNREADABLE')
  })
})

describe('the queues of a sandbox', () => {
  it('keep what a command did for the next one', async () => {
    const first = await openSandbox(folder)
    const queues = await first.queues()
    const before = await queues.depth('notify')
    expect(before.waiting).toBe(0)
    expect(before.deadLetters).toBeGreaterThan(1)
    const letters = await queues.receive('notify', 60)
    const [letter, event] = firstEvent(letters)
    await queues.resend(event)
    await queues.remove([letter])
    await first.close()

    const second = await openSandbox(folder)
    expect(await (await second.queues()).depth('notify')).toStrictEqual({
      waiting: 1,
      deadLetters: before.deadLetters - 1,
    })
    const left = await (await second.queues()).receive('notify', 0)
    expect(left.map(({ messageId }) => messageId)).not.toContain(letter.messageId)
    await second.close()
    expect((await filesOfQueues()).queues).toContain(event.id)
  })

  it('are not touched by a command that does not ask for them, or that is killed', async () => {
    const before = await filesOfQueues()
    await (await openSandbox(folder)).close()
    expect(await filesOfQueues()).toStrictEqual(before)
    const place = await openSandbox(folder)
    const queues = await place.queues()
    await queues.remove(await queues.receive('notify', 60))
    expect(await filesOfQueues()).toStrictEqual(before)
    await place.close()
    expect(await filesOfQueues()).not.toStrictEqual(before)
  })

  it('that cannot be read are a sentence', async () => {
    await writeFile(sandboxFiles(folder).deadLetters, 'oops')
    const place = await openSandbox(folder)
    await expect(place.queues()).rejects.toMatchObject({ code: 'KEYNAG_SANDBOX_MISSING' })
    await place.close()
    expect(await readFile(sandboxFiles(folder).deadLetters, 'utf8')).toBe('oops')
  })
})

function firstEvent(letters: readonly DeadLetter[]): readonly [DeadLetter, KeynagEvent] {
  for (const letter of letters) {
    if (!letter.body.startsWith('{')) continue
    return [letter, parseEvent(JSON.parse(letter.body))]
  }
  throw new Error('no dead letter is an event')
}

async function inEveryState() {
  const found = []
  for (const { state } of new Map((await listed()).map((each) => [each.state, each])).values()) {
    found.push(...(await listed('--state', state)))
  }
  return found
}

async function setSchema(accessKeyId: string, schema: number): Promise<void> {
  const dynamoDb = await startDynamoDb({ calls, path: sandboxFiles(folder).ledger })
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials }),
  )
  await client.send(
    new UpdateCommand({
      TableName: ledgerTable,
      Key: { pk: `KEY#${accessKeyId}`, sk: 'ENTRY' },
      UpdateExpression: 'SET #schema = :schema',
      ExpressionAttributeNames: { '#schema': 'schema' },
      ExpressionAttributeValues: { ':schema': schema },
    }),
  )
  const { Items } = await client.send(
    new ScanCommand({ TableName: ledgerTable, IndexName: 'account' }),
  )
  expect(Items?.filter((item) => item['schema'] === schema)).toHaveLength(1)
  client.destroy()
  await dynamoDb.close()
}

async function filesOfQueues() {
  const { deadLetters, queues } = sandboxFiles(folder)
  return {
    deadLetters: await readFile(deadLetters, 'utf8'),
    queues: await readFile(queues, 'utf8'),
  }
}
