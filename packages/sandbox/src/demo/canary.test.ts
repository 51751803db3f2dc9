import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { epochMs } from '@keynag/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { parseDemoOptions } from './options.ts'
import { runDemo } from './run-demo.ts'
import type { Story } from './story.ts'

/** Long enough for owners to receive and fetch replacements. */
const days = 18

interface Writing {
  readonly what: string
  readonly text: string
}

/** All files under the demo's folder. Latin-1 keeps every byte. */
async function filesUnder(folder: string): Promise<readonly Writing[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => ({
        what: name,
        text: await readFile(join(parentPath, name), 'latin1'),
      })),
  )
}

const Scanned = z.looseObject({ LastEvaluatedKey: z.unknown().optional() })

/** All pages of the ledger's table, as DynamoDB sends them. */
async function everythingIn(url: string): Promise<string> {
  let text = ''
  let ExclusiveStartKey: unknown
  do {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.Scan',
        'content-type': 'application/x-amz-json-1.0',
        authorization: 'AWS4-HMAC-SHA256 Credential=none',
      },
      body: JSON.stringify({ TableName: 'keynag-ledger', ExclusiveStartKey }),
    })
    const page = await response.text()
    text += page
    ExclusiveStartKey = Scanned.parse(JSON.parse(page)).LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return text
}

describe('no secret access key (I2)', () => {
  let folder = ''
  let output = ''
  let code = -1
  let files: readonly Writing[] = []
  let detector: Story['sandbox']['leakDetector'] | undefined
  let world: Story['sandbox']['world'] | undefined
  let messages: Writing[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keynag-canary-'))
    const args = [
      '--days',
      String(days),
      '--accounts',
      '5',
      '--users',
      '30',
      '--seed',
      '3',
      '--json',
    ]
    code = await runDemo(parseDemoOptions([...args, '--out', join(folder, 'out')]), {
      say: (text) => {
        output += `${text}\n`
      },
      detectLeaks: true,
      onEnd: async ({ sandbox }) => {
        detector = sandbox.leakDetector
        world = sandbox.world
        messages = [
          { what: 'a Slack message', text: JSON.stringify(sandbox.slack.messages) },
          { what: 'a mail', text: JSON.stringify(sandbox.ses.mails) },
          { what: 'a queue', text: JSON.stringify(sandbox.sqs.deadLetters()) },
        ]
      },
    })
    files = await filesUnder(join(folder, 'out'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  const leaksIn = (writings: readonly Writing[]): readonly string[] =>
    writings.flatMap(({ what, text }) =>
      (world?.keysLeakedIn(text) ?? []).map((id) => `${id} in ${what}`),
    )

  it('is in any file that the demo writes', () => {
    const names = files.map(({ what }) => what)
    for (const name of [
      'log.jsonl',
      'dead-letters.json',
      'inbox.html',
      'summary.json',
      'CURRENT',
    ]) {
      expect(names).toContain(name)
    }
    const log = files.find(({ what }) => what === 'log.jsonl')
    expect(log?.text).toContain('"level":"metric"')
    expect(leaksIn(files)).toEqual([])
  })

  it('is in the ledger on disk', async () => {
    const table = await startDynamoDb({
      calls: { count: () => undefined },
      path: join(folder, 'out', 'ledger'),
      clock: { now: () => epochMs(0) },
    })
    const text = await everythingIn(table.url)
    await table.close()
    expect(text).toContain('replacement-issued')
    expect(leaksIn([{ what: 'the ledger', text }])).toEqual([])
  })

  it('is in the printed output, a Slack message, a mail or a dead letter', () => {
    expect(code).toBe(0)
    expect(output).toContain('"invariantViolations":[]')
    expect(leaksIn([{ what: 'the output', text: output }, ...messages])).toEqual([])
  })

  it('is in a request to DynamoDB, SQS, SES or Slack', () => {
    expect(detector?.searched).toBeGreaterThan(1_000)
    expect(detector?.leaks).toEqual([])
  })

  it('escapes these searches: each of them finds a secret that the test plants', () => {
    const created = world?.history.of('key-created').at(-1)?.accessKeyId ?? ''
    const secret = world?.credentialsForKey(created).secretAccessKey ?? ''
    const { what = '', text = '' } = files.find((file) => file.what === 'log.jsonl') ?? {}
    const planted = `${text}{"sentence":"stored ${secret.slice(5, 17)}"}`
    expect(leaksIn([{ what, text: planted }])).toEqual([`${created} in log.jsonl`])
    const body = Buffer.from(JSON.stringify({ secret })).toString('base64')
    detector?.tap('SQS', `{"MessageBody":"${body}"}`)
    expect(detector?.leaks).toEqual([{ what: 'a request to SQS', accessKeyIds: [created] }])
  })
})
