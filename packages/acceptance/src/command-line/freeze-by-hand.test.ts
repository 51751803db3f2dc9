import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb'
import { DynamoLedger, resourceNames, setUpTable } from '@keynag/aws'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { type Clock, epochMs } from '@keynag/core'
import { anAccountId } from '@keynag/core/testing'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'

const region = 'us-east-1'
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
const { ledgerTable } = resourceNames('test')
const clock: Clock = { now: () => epochMs(Date.UTC(2026, 0, 5)), sleep: () => Promise.resolve() }

async function emptyLedger() {
  const dynamoDb = await startDynamoDb({ calls: { count: () => undefined } })
  onTestFinished(() => dynamoDb.close())
  const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
  await setUpTable(settings, ledgerTable)
  const ledger = new DynamoLedger(settings, ledgerTable, { clock, random: () => 0.5 })
  return { ledger, url: dynamoDb.url }
}

/** The command of the runbook, as a shell hands it to a program that is called aws. */
async function argumentsOf(command: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keynag-aws-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const aws = join(folder, 'aws')
  await writeFile(
    aws,
    `#!${process.execPath}\nprocess.stdout.write(JSON.stringify(process.argv.slice(2)))\n`,
  )
  await chmod(aws, 0o700)
  const env = { STAGE: 'test', PATH: [folder, process.env['PATH'] ?? ''].join(delimiter) }
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env })
  return z.array(z.string()).parse(JSON.parse(stdout))
}

async function commandOfTheRunbook(): Promise<string> {
  const runbook = await readFile(new URL('../../../../docs/runbook.md', import.meta.url), 'utf8')
  const [, command] = /<!-- freeze by hand -->\s+```sh\n(.*?)```/s.exec(runbook) ?? []
  if (command === undefined) throw new Error('the runbook has no command to freeze by hand')
  return command
}

const Item = z.record(z.string(), z.custom<AttributeValue>())

/** What `aws dynamodb put-item` does with these arguments. */
async function putItem(url: string, words: readonly string[]): Promise<void> {
  expect(words.slice(0, 2)).toEqual(['dynamodb', 'put-item'])
  const option = (name: string): string => words[words.indexOf(name) + 1] ?? ''
  const client = new DynamoDBClient({ endpoint: url, region, credentials })
  try {
    await client.send(
      new PutItemCommand({
        TableName: option('--table-name'),
        ConditionExpression: option('--condition-expression'),
        Item: Item.parse(JSON.parse(option('--item'))),
      }),
    )
  } finally {
    client.destroy()
  }
}

describe('the command of the runbook for a machine with only the AWS CLI', () => {
  const key = { accountId: anAccountId(1), policy: 'ci-keys' }

  it.each([
    ['FREEZE', { kind: 'all' }],
    [`FREEZE#ACCOUNT#${key.accountId}`, { kind: 'account', accountId: key.accountId }],
    ['FREEZE#POLICY#ci-keys', { kind: 'policy', policy: 'ci-keys' }],
  ])('freezes with %s, once, and keynag ends the freeze', async (sortKey, scope) => {
    const { ledger, url } = await emptyLedger()
    const command = (await commandOfTheRunbook()).replace('"FREEZE"', `"${sortKey}"`)
    const words = await argumentsOf(command)
    await putItem(url, words)
    const freeze = await ledger.freezeOver(key)
    expect(freeze).toMatchObject({ scope, by: 'olga', why: 'incident INC-7' })
    expect(Math.abs((freeze?.since ?? 0) - Date.now())).toBeLessThan(60_000)
    await expect(putItem(url, words)).rejects.toThrow('conditional request failed')
    if (freeze === undefined) throw new Error('there is no freeze')
    const ended = { at: clock.now(), by: 'otto', why: 'it is over' }
    await ledger.commit([{ kind: 'freeze-ended', freeze: { ...freeze, ended } }])
    expect(await ledger.freezes()).toEqual([])
    expect(await ledger.endedFreezes()).toMatchObject([{ by: 'olga', ended }])
  })
})

describe('keynag freeze', () => {
  it('needs the table, and neither a configuration file nor STS', async () => {
    const { ledger, url } = await emptyLedger()
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9')
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const { shell, output, remarks } = recordingShell({ clock })
    const where = ['--stage', 'test', '--region', region, '--config', '/nowhere/keynag.config.ts']
    const words = ['freeze', 'start', '--why', 'incident INC-7', '--yes', ...where]
    expect(await runKeynag(words, shell)).toBe(0)
    expect(output()).toBe('stage test is frozen: keynag starts no change to any key')
    expect(remarks()).toBe('')
    expect(await ledger.freezes()).toMatchObject([{ by: 'olga', why: 'incident INC-7' }])
  })
})
