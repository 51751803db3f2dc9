import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { createTableInput, DynamoLedger, resourceNames } from '@keynag/aws'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import {
  epochMs,
  makeEvent,
  maxWrites,
  parseEvent,
  queueNames,
  type Clock,
  type KeynagEvent,
  type QueueName,
} from '@keynag/core'
import { anAccount, anAccountId, anAccountScan } from '@keynag/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startDynamoDb, type DynamoDb } from '@keynag/fake-aws/dynamodb'
import { startSqs, type Sqs } from '@keynag/fake-aws/sqs'

const stage = 'test'
const names = resourceNames(stage)
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }
const region = 'us-east-1'
const calls = { count: (): void => undefined }
const date = '2026-03-02'
const startMs = Date.UTC(2026, 2, 2, 9)
const main = fileURLToPath(new URL('../../../sandbox/src/keynag/main.ts', import.meta.url))

let dynamoDb: DynamoDb
let sqs: Sqs
let client: SQSClient
let ledger: DynamoLedger
let environment: Record<string, string>

beforeAll(async () => {
  dynamoDb = await startDynamoDb({ calls })
  const dynamoClient = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials })
  await dynamoClient.send(new CreateTableCommand(createTableInput(names.ledgerTable)))
  dynamoClient.destroy()
  const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
  const clock: Clock = { now: () => epochMs(startMs), sleep: () => Promise.resolve() }
  ledger = new DynamoLedger(settings, names.ledgerTable, { clock, random: () => 0.5 })
  const accounts = Array.from({ length: mostAccounts }, (_, n) => anAccountId(n + 1))
  for (let start = 0; start < accounts.length; start += maxWrites) {
    const writes = accounts.slice(start, start + maxWrites).map((accountId) => ({
      kind: 'account-scan' as const,
      before: undefined,
      after: anAccountScan({ date, account: anAccount({ accountId }) }),
    }))
    await ledger.commit(writes)
  }
})

afterAll(() => dynamoDb.close())

beforeEach(async () => {
  sqs = await startSqs({ calls, region })
  client = new SQSClient({ endpoint: sqs.url, region, credentials })
  for (const queue of queueNames) {
    for (const QueueName of [names.queue(queue), names.deadLetters(queue)]) {
      await client.send(new CreateQueueCommand({ QueueName }))
    }
  }
  environment = {
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  client.destroy()
  await sqs.close()
})

const mostAccounts = 1_000
let events = 0

/** A scan that the ledger waits for; each is an event of its own. */
function scanOf(n: number): KeynagEvent {
  const accountId = anAccountId((n % mostAccounts) + 1)
  events += 1
  const id = `e-${events}`
  const origin = { source: 'keynag/test', now: epochMs(startMs), newId: () => id }
  return makeEvent('scan.requested', accountId, { date, accountId }, origin)
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue })

/** Puts bodies into a dead-letter queue as keynag parks them, with the reason of each. */
async function park(queue: QueueName, bodies: readonly string[], code?: string): Promise<void> {
  const attributes =
    code === undefined
      ? {}
      : { code: text(code), reason: text('a reason'), receiveCount: text('1') }
  const QueueUrl = `${sqs.url}/000000000000/${names.deadLetters(queue)}`
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
      MessageAttributes: attributes,
    }))
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
}

const parkEvents = (these: readonly KeynagEvent[], code?: string): Promise<void> =>
  park(
    'scan',
    these.map((event) => JSON.stringify(event)),
    code,
  )
const scans = (count: number): readonly KeynagEvent[] =>
  Array.from({ length: count }, (_, n) => scanOf(n))

const idsIn = (queue: string): readonly string[] =>
  sqs.peek(queue).map(({ body }) => parseEvent(JSON.parse(body)).id)
const dead = (): readonly string[] => idsIn(names.deadLetters('scan'))
const sent = (): readonly string[] => idsIn(names.queue('scan'))
const hidden = (): number =>
  queueNames.reduce((sum, queue) => sum + sqs.depth(names.deadLetters(queue)).inFlight, 0)
const ids = (these: readonly KeynagEvent[]): readonly string[] => these.map(({ id }) => id)
const sorted = (values: readonly string[]): readonly string[] => values.toSorted()

/** Runs a command at the stage; `onSleep` is told of each pause between two replays. */
async function keynag(
  words: string,
  onSleep: (pauses: number, interrupt: () => void) => void = () => undefined,
) {
  let pauses = 0
  const recording = recordingShell({
    clock: {
      now: () => epochMs(startMs),
      sleep: () => {
        pauses += 1
        onSleep(pauses, recording.interrupt)
        return Promise.resolve()
      },
    },
  })
  const argv = ['dlq', ...words.split(' '), '--stage', stage]
  const exitCode = await runKeynag(argv, recording.shell)
  return { exitCode, output: recording.output(), remarks: recording.remarks() }
}

describe('2,000 dead letters', () => {
  it('are counted, replayed by filter, interrupted, and gone on with', async () => {
    const refused = scans(300)
    const others = scans(1_690)
    await parkEvents(refused, 'KEYNAG_ACCESS_DENIED')
    await parkEvents(others)
    await park(
      'notify',
      Array.from({ length: 10 }, () => '{'),
      'KEYNAG_MESSAGE_INVALID',
    )

    const listed = await keynag('list --max 5000')
    expect(listed.exitCode).toBe(0)
    expect(listed.output).toMatch(/scan +deliveries-used-up +1,690 +scan.requested/)
    expect(listed.output).toMatch(/scan +KEYNAG_ACCESS_DENIED +300 +scan.requested/)
    expect(listed.output).toMatch(/notify +KEYNAG_MESSAGE_INVALID +10 +unreadable/)
    expect(listed.output).toContain('looked at 2,000 dead letters of stage test')
    expect(hidden()).toBe(0)

    const replay = 'replay --yes --json --max 5000 --reason KEYNAG_ACCESS_DENIED'
    const stopped = await keynag(replay, (pauses, interrupt) => {
      if (pauses === 150) interrupt()
    })
    expect(stopped.exitCode).toBe(130)
    expect(JSON.parse(stopped.output)).toMatchObject({ replayed: 150 })
    expect(hidden()).toBe(0)
    expect(sent()).toHaveLength(150)
    expect(sorted([...sent(), ...dead()])).toStrictEqual(sorted(ids([...refused, ...others])))

    const resumed = await keynag(replay)
    expect(JSON.parse(resumed.output)).toMatchObject({ replayed: 150 })
    expect(sorted(sent())).toStrictEqual(sorted(ids(refused)))
    expect(sorted(dead())).toStrictEqual(sorted(ids(others)))
    for (const { id } of refused.slice(0, 20)) {
      expect(await ledger.replay(id)).toMatchObject({ count: 1 })
    }
  })
})

describe('a replayed message', () => {
  it('has the body and attributes of a new one', async () => {
    const [event] = scans(1)
    await parkEvents(event === undefined ? [] : [event], 'KEYNAG_THROTTLED')
    await keynag('replay --yes')
    expect(sqs.peek(names.queue('scan'))).toMatchObject([
      {
        body: JSON.stringify(event),
        messageAttributes: {
          type: { StringValue: 'scan.requested' },
          dataversion: { StringValue: '1' },
        },
      },
    ])
  })
})

describe('bodies of all sorts', () => {
  it('are told apart, stay where they are, and can be discarded', async () => {
    const event = scanOf(1)
    await park('scan', [
      '{"not": "closed"',
      JSON.stringify({ ...event, dataversion: 0 }),
      JSON.stringify({ ...event, dataversion: 2 }),
      JSON.stringify(event),
    ])
    const { output } = await keynag('replay --dry-run')
    expect(output).toContain('KEYNAG_MESSAGE_INVALID: the body is not JSON')
    expect(output).toContain('KEYNAG_MESSAGE_INVALID: "scan.requested" does not fit its schema')
    expect(output).toContain('"scan.requested" version 2 is newer than this release')
    const replayed = await keynag('replay --yes --json')
    expect(JSON.parse(replayed.output)).toMatchObject({ replayed: 1, invalid: 3, left: 3 })
    expect(sent()).toStrictEqual([event.id])
    await keynag('discard --yes --outcome invalid')
    expect(sqs.peek(names.deadLetters('scan'))).toStrictEqual([])
  })
})

describe('what is not there', () => {
  it('is a sentence with a code when it is a queue', async () => {
    const recording = recordingShell()
    const argv = ['dlq', 'list', '--queue-prefix', 'nowhere', '--table', names.ledgerTable]
    expect(await runKeynag(argv, recording.shell)).toBe(1)
    expect(recording.output()).toBe('')
    expect(recording.remarks()).toMatch(/^KEYNAG_QUEUE_MISSING: .*nowhere-scan.*\n.*Region\.$/)
  })

  it('fails before anything was hidden when it is one of several', async () => {
    await parkEvents(scans(5))
    for (const queue of queueNames) {
      const url = (name: string): string => `${sqs.url}/000000000000/${name}`
      vi.stubEnv(`KEYNAG_QUEUE_${queue.toUpperCase()}`, url(names.queue(queue)))
      vi.stubEnv(`KEYNAG_DEAD_LETTERS_${queue.toUpperCase()}`, url(names.deadLetters(queue)))
    }
    vi.stubEnv('KEYNAG_DEAD_LETTERS_ROTATE', `${sqs.url}/000000000000/gone`)
    const recording = recordingShell({ env: { ...process.env } })
    const argv = ['dlq', 'replay', '--yes', '--table', names.ledgerTable]
    expect(await runKeynag(argv, recording.shell)).toBe(1)
    expect(recording.remarks()).toContain('KEYNAG_QUEUE_MISSING')
    expect(hidden()).toBe(0)
    expect(sent()).toStrictEqual([])
  })
})

/** A process of its own, for what only a process can meet. */
function spawned(words: string) {
  const child = spawn(process.execPath, [main, 'dlq', ...words.split(' '), '--stage', stage], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, errors }))
  return { child, ended }
}

/** Waits until it has begun, and fails when the process ends before. */
async function until(holds: () => boolean, ended: Promise<{ errors: string }>): Promise<void> {
  const early = ended.then(({ errors }) => {
    throw new Error(`it ended too early: ${errors}`)
  })
  while (!holds()) {
    await Promise.race([early, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  early.catch(() => undefined)
}

describe('a process', () => {
  it('whose reader has had enough stops without a stack, and hides nothing', async () => {
    const these = scans(300)
    await parkEvents(these)
    const { child, ended } = spawned('replay --dry-run')
    let printed = false
    child.stdout.once('data', () => {
      printed = true
    })
    await until(() => printed, ended)
    child.stdout.destroy()
    const { errors } = await ended
    expect(errors).not.toMatch(/\bat .*:\d+|EPIPE|Error/)
    expect(hidden()).toBe(0)
    expect(dead()).toHaveLength(300)
  })

  it('that gets Ctrl-C finishes the message in hand and ends with 130', async () => {
    const these = scans(60)
    await parkEvents(these)
    const { child, ended } = spawned('replay --yes --rate 50')
    await until(() => sent().length > 5, ended)
    child.kill('SIGINT')
    const { code, errors } = await ended
    expect(code).toBe(130)
    expect(errors).toContain('Stopping after the current step')
    expect(hidden()).toBe(0)
    expect(sorted([...sent(), ...dead()])).toStrictEqual(sorted(ids(these)))
    for (const id of sent()) expect(await ledger.replay(id)).toMatchObject({ count: 1 })
  })

  it('that is killed has every message in one place, or one of them in both', async () => {
    const these = scans(60)
    await parkEvents(these)
    const { child, ended } = spawned('replay --yes --rate 50')
    await until(() => sent().length > 5, ended)
    child.kill('SIGKILL')
    await ended
    const places = [...sent(), ...dead()]
    expect(sorted([...new Set(places)])).toStrictEqual(sorted(ids(these)))
    expect(places.length).toBeLessThanOrEqual(these.length + 1)
  })
})
