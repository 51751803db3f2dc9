import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { ledgerTable, region } from '@keynag/sandbox/resources'
import { openSandbox } from '@keynag/sandbox/keynag/open-sandbox'
import { sandboxFiles } from '@keynag/sandbox/keynag/sandbox-file'
import { demoFolder, expectSentence, keynag, Listed } from './demo-folder.ts'

const calls = { count: (): void => undefined }
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const { folder, inProcess, listed } = demoFolder()

describe('keynag ledger on the folder of a demo', () => {
  it('lists the keys of the demo, one JSON object per line, without colours in a pipe', async () => {
    const summary = z
      .object({ stale: z.number() })
      .parse(JSON.parse(await readFile(join(folder(), 'summary.json'), 'utf8')))
    const { exitCode, output, remarks } = await keynag(['list', '--json', '--sandbox', folder()])
    const lines = output.trimEnd().split('\n')
    expect(lines.map((line) => Listed.parse(JSON.parse(line)))).toHaveLength(summary.stale)
    expect({ exitCode, remarks }).toStrictEqual({ exitCode: 0, remarks: '' })
    for (const env of [{}, { NO_COLOR: '1' }, { TERM: 'xterm-256color' }]) {
      const table = await keynag(['list', '--sandbox', folder()], { env })
      expect(table.output).toContain('access key')
      expect(table.output).not.toContain('\u001B')
    }
    const coloured = await keynag(['stats', '--sandbox', folder()], { env: { FORCE_COLOR: '1' } })
    expect(coloured.output).toContain('\u001B')
  })

  it.each([['list', '--all', '--json'], ['export', '--facts'], ['stats']])(
    '%s ends with 0 and prints no error when its output is closed',
    async (...args) => {
      const words = args.filter((word) => word !== undefined)
      const ended = await keynag([...words, '--sandbox', folder()], { readerLeaves: true })
      expect(ended).toStrictEqual({ exitCode: 0, output: '', remarks: '' })
      expect((await listed()).length).toBeGreaterThan(0)
    },
  )

  it('finds the same keys by every index', async () => {
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

  it('shows a timeline in which every step names its actor', async () => {
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
  ])('refuses %j with an error that says what to do', async (args, code) => {
    const { exitCode, output, remarks } = await keynag([...args, '--sandbox', folder()])
    expect({ exitCode, output }).toStrictEqual({ exitCode: 1, output: '' })
    expectSentence(remarks, code)
  })
})

describe('without a readable ledger, the error says what to do for', () => {
  it('a folder that is not the folder of a demo', async () => {
    const { exitCode, remarks } = await keynag(['list', '--sandbox', join(folder(), 'none')])
    expect(exitCode).toBe(1)
    expectSentence(remarks, 'KEYNAG_SANDBOX_MISSING')
    await writeFile(sandboxFiles(folder()).sandbox, '{"version": 2}')
    const damaged = await keynag(['list', '--sandbox', folder()])
    expectSentence(damaged.remarks, 'KEYNAG_SANDBOX_MISSING')
  })

  it('a table that does not exist', async () => {
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

  it('a sandbox that another command is using, and nothing is damaged', async () => {
    const before = await listed()
    const place = await openSandbox(folder())
    const { exitCode, remarks } = await keynag(['list', '--sandbox', folder()])
    expect(exitCode).toBe(1)
    expectSentence(remarks, 'KEYNAG_SANDBOX_BUSY')
    await place.close()
    expect(await listed()).toStrictEqual(before)
  })
})

describe('an item of a newer release', () => {
  it('is left out of reports, is named in a remark, and cannot be shown', async () => {
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

async function inEveryState() {
  const found = []
  for (const { state } of new Map((await listed()).map((each) => [each.state, each])).values()) {
    found.push(...(await listed('--state', state)))
  }
  return found
}

async function setSchema(accessKeyId: string, schema: number): Promise<void> {
  const dynamoDb = await startDynamoDb({ calls, path: sandboxFiles(folder()).ledger })
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
