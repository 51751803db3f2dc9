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
const amount = 200
const patience = { timeout: 60_000, interval: 20 }
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
    expect(await answer.json()).toMatchObject({ healthy: true, stopping: false, trouble: [] })
    worker.child.kill('SIGINT')
    expect((await worker.ended).code).toBe(0)
  })

  it('does not start on a missing stage', async () => {
    const { code, said } = await bench.worker('--stage', 'nowhere').ended
    expect(code).toBe(1)
    expect(said).toContain('KEYNAG_QUEUE_MISSING')
  })
})

const isEmpty = (queue: ReturnType<WorkerBench['left']>[number]): boolean =>
  queue.visible + queue.inFlight + queue.delayed === 0

/** Puts the keys into the ledger and a message about each into the escalate queue. */
async function fill({ client, ledger }: WorkerBench): Promise<void> {
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
    unanswered.map(({ accessKeyId }) => {
      const origin = { source: 'keynag/drain', now, newId: () => `event-${accessKeyId}` }
      return makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, origin)
    }),
  )
}
