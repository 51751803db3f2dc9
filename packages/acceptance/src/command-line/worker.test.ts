import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { findQueueUrls, queueNamesOf, connect } from '@keynag/aws'
import {
  epochMs,
  makeEvent,
  maxWrites,
  parseConfig,
  plusDays,
  type Entry,
  type OrganizationInput,
} from '@keynag/core'
import { aFact, aKeyId, aKnownAccount, anActor, anEntry } from '@keynag/core/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { workerBench, type WorkerBench } from './worker-bench.ts'

const settings = {
  contacts: { domains: ['example.com'] },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['email'] },
      escalation: [{ afterNags: 1, to: 'security' }],
    },
  ],
} satisfies OrganizationInput

const stage = 'drain'
const amount = 100
const patience = { timeout: 90_000, interval: 20 }
const now = epochMs(Date.now())

/** Keys whose owners did not answer a reminder eight days ago, so that security must be told. */
const unanswered = Array.from({ length: amount }, (_, index): Entry =>
  anEntry({
    accessKeyId: aKeyId(index + 1),
    createdAt: plusDays(now, -120),
    nagCount: 1,
    lastNaggedAt: plusDays(now, -8),
  }),
)

const Became = z.object({ became: z.string() })
const Made = z.object({ table: Became, queues: z.array(Became) })

const became = (json: string): readonly string[] => {
  const { table, queues } = Made.parse(JSON.parse(json))
  return [...new Set([table, ...queues].map((each) => each.became))]
}

describe('keynag worker in a separate process', () => {
  let bench: WorkerBench
  let made: Awaited<ReturnType<WorkerBench['run']>>

  beforeAll(async () => {
    bench = await workerBench(stage, settings)
    made = await bench.run('setup', '--yes', '--json')
  })
  afterAll(() => bench.close())

  it('can use the resources of `keynag setup`, and a second setup changes nothing', async () => {
    expect([made.code, made.said]).toEqual([0, ''])
    expect(became(made.printed)).toEqual(['made'])
    const again = await bench.run('setup', '--yes', '--json')
    expect(again.code).toBe(0)
    expect(became(again.printed)).toEqual(['kept'])
  })

  it('loses no message when it is stopped, leaves none in flight, and ends with 0', async () => {
    await fill(bench)
    const first = bench.worker('--no-schedules')
    await vi.waitFor(() => expect(bench.ses.mails.length).toBeGreaterThan(20), patience)
    first.child.kill('SIGTERM')
    const { code, said } = await first.ended
    expect(said).toContain('Stopped after')
    expect(code).toBe(0)
    expect(bench.ses.mails.length).toBeLessThan(amount)
    expect(bench.left().filter(({ inFlight }) => inFlight > 0)).toEqual([])

    const second = bench.worker('--no-schedules')
    await vi.waitFor(() => expect(bench.left().every(isEmpty)).toBe(true), patience)
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)

    expect(bench.sqs.deadLetters()).toEqual([])
    for (const { accessKeyId } of unanswered) {
      const facts = (await bench.ledger.timeline(accessKeyId)).map(({ fact }) => fact.kind)
      expect(facts).toEqual(['found', 'escalated'])
    }
    const told = bench.ses.mails.map(({ text }) => /AKIA[A-Z0-9]+/.exec(text)?.[0] ?? '')
    const keys: readonly string[] = unanswered.map(({ accessKeyId }) => accessKeyId)
    expect(told.toSorted()).toEqual(keys.toSorted())
  })

  it('reports its health over HTTP', async () => {
    const worker = bench.worker('--no-schedules', '--health-port', '0')
    const port = await vi.waitFor(() => {
      const found = /health at (http:\S+)\./.exec(worker.said())?.[1]
      if (found === undefined) throw new Error(`no port yet: ${worker.said()}`)
      return found
    }, patience)
    const answer = await fetch(port)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      condition: 'healthy',
      alive: true,
      stopping: false,
      trouble: [],
    })
    expect((await fetch(`${port}/live`)).status).toBe(200)
    worker.child.kill('SIGINT')
    expect((await worker.ended).code).toBe(0)
  })

  it('consumes nothing when nobody could see its health', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    await publish(bench, unanswered.slice(0, 1))
    const { code, said } = await bench.worker('--health-port', String(portOf(taken))).ended
    expect([code, said]).toEqual([1, expect.stringContaining('KEYNAG_PORT_IN_USE')])
    expect(bench.left().filter((queue) => queue.visible > 0)).toMatchObject([
      { queue: 'escalate', visible: 1, inFlight: 0 },
    ])
    taken.close()
  })

  it('writes all of its log to standard output', async () => {
    const worker = bench.worker('--no-schedules')
    await running(worker)
    await poison(bench)
    await vi.waitFor(() => expect(worker.printed()).toContain('"level":"ERROR"'), patience)
    worker.child.kill('SIGTERM')
    const { said } = await worker.ended
    expect(said.split('\n').filter((line) => line.startsWith('{'))).toEqual([])
  })

  it('stops well when its terminal goes, and fails, so that it is started again', async () => {
    const worker = bench.worker('--no-schedules')
    await running(worker)
    worker.child.kill('SIGHUP')
    expect(await worker.ended).toMatchObject({
      code: 1,
      said: expect.stringContaining('Stopped after'),
    })
  })

  it('stops well when nobody reads its log, and fails, so that it is started again', async () => {
    const worker = bench.worker('--no-schedules')
    await running(worker)
    worker.child.stdout.destroy()
    await poison(bench)
    expect(await worker.ended).toMatchObject({
      code: 1,
      said: expect.stringContaining('Stopped after'),
    })
    expect(bench.left().filter(({ inFlight }) => inFlight > 0)).toEqual([])
  })

  it.each(['at the start', 'later'] as const)(
    'ends within its time when SQS never answers (%s)',
    async (when) => {
      const worker = bench.unansweredWorker(when)
      const asked = Promise.withResolvers<void>()
      bench.onUnanswered(asked.resolve)
      await asked.promise
      worker.child.kill('SIGTERM')
      expect((await worker.ended).code).toBe(0)
    },
  )

  it('does not start on a missing stage', async () => {
    const { code, said } = await bench.worker('--stage', 'nowhere').ended
    expect(code).toBe(1)
    expect(said).toContain('KEYNAG_QUEUE_MISSING')
  })
})

const isEmpty = (queue: ReturnType<WorkerBench['left']>[number]): boolean =>
  queue.visible + queue.inFlight + queue.delayed === 0

/** Puts the keys into the ledger and a message about each into the escalate queue. */
async function fill(bench: WorkerBench): Promise<void> {
  const { ledger } = bench
  const read = aKnownAccount({ readAt: now, listedAt: now })
  await ledger.commit([{ kind: 'account', before: undefined, after: read }])
  const entriesPerCommit = maxWrites / 2
  for (let start = 0; start < amount; start += entriesPerCommit) {
    const writes = unanswered.slice(start, start + entriesPerCommit).map((after) => ({
      kind: 'entry' as const,
      before: undefined,
      after,
      fact: aFact('found'),
      actor: anActor(),
    }))
    expect(await ledger.commit(writes)).toEqual({ kind: 'committed' })
  }
  await publish(bench, unanswered)
}

/** Puts a message about each key into the escalate queue. */
async function publish({ client }: WorkerBench, entries: readonly Entry[]): Promise<void> {
  const names = queueNamesOf(`keynag-${stage}`)
  const { publisher } = connect({
    ...client,
    organization: parseConfig(settings),
    clock: { now: () => now, sleep: () => Promise.resolve() },
    ledgerTable: 'none',
    queueUrls: await findQueueUrls(client, names.queue),
    deadLetterUrls: await findQueueUrls(client, names.deadLetters),
  })
  await publisher.publish(
    entries.map(({ accessKeyId }) => {
      const origin = { source: 'keynag/drain', now, newId: () => `event-${accessKeyId}` }
      return makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, origin)
    }),
  )
}

/** Puts a message that cannot be read into the escalate queue: the worker logs that it parks it. */
async function poison({ client }: WorkerBench): Promise<void> {
  const { escalate } = await findQueueUrls(client, queueNamesOf(`keynag-${stage}`).queue)
  const { endpoints, ...settingsOfClient } = client
  const sqs = new SQSClient({ ...settingsOfClient, endpoint: endpoints.sqs })
  await sqs.send(new SendMessageCommand({ QueueUrl: escalate, MessageBody: 'not JSON' }))
}

const running = (worker: ReturnType<WorkerBench['worker']>): Promise<void> =>
  vi.waitFor(() => expect(worker.said()).toContain('is running'), patience)

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
