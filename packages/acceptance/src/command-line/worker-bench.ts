import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoLedger, queueNamesOf, resourceNames, SqsInbox } from '@keynag/aws'
import { epochMs, queueNames, stageQueues, type OrganizationInput } from '@keynag/core'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { startSes } from '@keynag/fake-aws/ses'
import { startSqs } from '@keynag/fake-aws/sqs'

const region = 'us-east-1'
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
const main = fileURLToPath(new URL('../../../sandbox/src/keynag/main.ts', import.meta.url))

export type WorkerBench = Awaited<ReturnType<typeof workerBench>>

/** Starts local SQS, DynamoDB and SES for a stage, on which `keynag` runs in separate processes. */
export async function workerBench(stage: string, settings: OrganizationInput) {
  const clock = { now: () => Date.now() }
  const calls = { count: () => undefined }
  const sqs = await startSqs({ calls, region })
  const dynamoDb = await startDynamoDb({ calls, clock })
  const ses = await startSes({ calls, clock, identities: ['example.com'] })
  const folder = await mkdtemp(join(tmpdir(), 'keynag-worker-'))
  const config = join(folder, 'keynag.config.mjs')
  await writeFile(config, `export default ${JSON.stringify(settings)}\n`)
  const env = {
    PATH: process.env['PATH'],
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_SESV2: ses.url,
    // Calls to any other service must not leave the machine, so they go to a closed port.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  }
  const children: ChildProcess[] = []
  const start = (args: readonly string[], changed: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...env, ...changed },
      stdio: 'pipe',
    })
    children.push(child)
    let said = ''
    let printed = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    const ended = once(child, 'exit').then(([code]: readonly unknown[]) => ({
      code,
      said,
      printed,
    }))
    return { child, ended, said: () => said, printed: () => printed }
  }
  const worker = ['worker', '--listen', '1', '--stop-within', '2']
  const { ledgerTable } = resourceNames(stage)
  let onUnanswered: (() => void) | undefined
  const silent = createServer(() => onUnanswered?.()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const silentAddress = silent.address()
  if (silentAddress === null || typeof silentAddress === 'string') throw new Error('no port')
  const silentUrl = `http://127.0.0.1:${silentAddress.port}`
  const queueVariables = queueNames.flatMap((name) =>
    ['QUEUE', 'DEAD_LETTERS'].map((kind) => [
      `KEYNAG_${kind}_${name.toUpperCase()}`,
      `${silentUrl}/000000000000/${kind}-${name}`,
    ]),
  )
  const unanswered: Readonly<Record<string, string>> = {
    AWS_ENDPOINT_URL_SQS: silentUrl,
    KEYNAG_STAGE: stage,
    KEYNAG_LEDGER_TABLE: ledgerTable,
    ...Object.fromEntries(queueVariables),
  }
  const names = queueNamesOf(`keynag-${stage}`)
  const client = { region, credentials, endpoints: { sqs: sqs.url, dynamodb: dynamoDb.url } }
  return {
    sqs,
    ses,
    client,
    ledger: new DynamoLedger(client, ledgerTable, {
      clock: { now: () => epochMs(Date.now()), sleep: () => Promise.resolve() },
      random: Math.random,
    }),
    inboxOf: (url: string) => new SqsInbox(client, url),
    /** Runs a command to its end. */
    run: (...args: readonly string[]) => start([...args, '--stage', stage]).ended,
    worker: (...args: readonly string[]) =>
      start([...worker, '--stage', stage, '--config', config, ...args]),
    /** A worker whose SQS takes every call and never answers; also at the start, when it looks for queues. */
    unansweredWorker: (when: 'at the start' | 'later') =>
      start(
        [
          ...worker,
          '--no-schedules',
          '--config',
          config,
          ...(when === 'later' ? [] : ['--stage', stage]),
        ],
        unanswered,
      ),
    /** Calls back when a worker calls the SQS that never answers. */
    onUnanswered: (act: () => void): void => {
      onUnanswered = act
    },
    /** The number of messages in each queue, without the dead-letter queues. */
    left: () =>
      stageQueues.map((queue) => {
        const { visible, inFlight, delayed } = sqs.depth(names.queue(queue))
        return { queue, visible, inFlight, delayed }
      }),
    close: async (): Promise<void> => {
      for (const child of children) child.kill('SIGKILL')
      silent.close()
      for (const server of [sqs, dynamoDb, ses]) await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
