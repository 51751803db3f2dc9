import { describe, expect, it } from 'vitest'
import { healthOf } from './health.ts'
import { stateOf } from './keep-schedules.ts'
import { pumpStateOf } from './pump.ts'
import { serveHealth } from './serve-health.ts'
import type { WorkerState } from './worker.ts'

const start = 1_000_000
const later = (seconds: number): number => start + seconds * 1_000

/** A worker that works: each part was answered at the start. */
const aWorker = () => ({
  pumps: [{ ...pumpStateOf('notify'), askedAt: start }],
  schedules: [stateOf('sweeper')],
  ledger: { askingSince: undefined as number | undefined, down: [] as ('slack' | 'ses')[] },
})

const after = (seconds: number, change: (worker: ReturnType<typeof aWorker>) => void) => {
  const worker = aWorker()
  change(worker)
  const state: WorkerState = worker
  const { condition, alive, trouble } = healthOf(state, false, later(seconds))
  return { condition, alive, trouble }
}

describe('the health of a worker', () => {
  it('is fine while nothing is wrong, however quiet it is', () => {
    expect(after(1_000, () => undefined)).toEqual({
      condition: 'healthy',
      alive: true,
      trouble: [],
    })
  })

  it.each([
    [
      'a queue that fails',
      'the notify queue cannot be read',
      ({ pumps: [pump] }: ReturnType<typeof aWorker>) => {
        if (pump === undefined) throw new Error('a worker has a pump')
        pump.askingSince = start
        pump.askedAt = later(60)
      },
    ],
    [
      'a ledger that fails or hangs',
      'the ledger does not answer',
      ({ ledger }: ReturnType<typeof aWorker>) => {
        ledger.askingSince = start
      },
    ],
    [
      'a schedule that gets no answer',
      'the sweeper gets no answer',
      ({ schedules: [sweeper] }: ReturnType<typeof aWorker>) => {
        Object.assign(sweeper ?? {}, { running: true, progressAt: start })
      },
    ],
    [
      'a schedule that failed, and failed again',
      'the sweeper failed and will be tried again',
      ({ schedules: [sweeper] }: ReturnType<typeof aWorker>) => {
        Object.assign(sweeper ?? {}, { failures: 2 })
      },
    ],
  ])('is bad within two minutes of %s, but a restart would not help', (_, sentence, change) => {
    expect(after(120, change)).toEqual({
      condition: 'unhealthy',
      alive: true,
      trouble: [sentence],
    })
  })

  it('asks for a restart when a part of it hangs', () => {
    const inHand = after(301, ({ pumps: [pump] }) => pump?.handling.add({ since: start }))
    expect(inHand).toEqual({
      condition: 'unhealthy',
      alive: false,
      trouble: ['a message of the notify queue takes longer than its time-out'],
    })
    const sweeping = after(301, ({ schedules: [sweeper] }) => {
      Object.assign(sweeper ?? {}, { running: true, progressAt: start })
    })
    expect(sweeping).toMatchObject({ alive: false, trouble: ['the sweeper hangs'] })
  })

  it('is only degraded while messages wait for Slack', () => {
    const waiting = after(1, ({ ledger }) => ledger.down.push('slack'))
    expect(waiting).toEqual({
      condition: 'degraded',
      alive: true,
      trouble: ['messages wait, because slack is down'],
    })
  })
})

describe('the address of the health', () => {
  it('tells readiness from liveness', async () => {
    const worker = aWorker()
    worker.ledger.askingSince = start
    const served = await serveHealth({ port: 0, host: '127.0.0.1' }, () =>
      healthOf(worker, false, later(120)),
    )
    const at = `http://127.0.0.1:${served.port}`
    const status = async (path: string) => (await fetch(`${at}${path}`)).status
    expect([await status('/'), await status('/ready'), await status('/live')]).toEqual([
      503, 503, 200,
    ])
    worker.ledger.askingSince = undefined
    worker.ledger.down.push('ses')
    expect([await status('/'), await status('/live')]).toEqual([200, 200])
    await served.close()
  })
})
