import { MemoryLedger, plusDays, transient, type EpochMs } from '@keynag/core'
import { anAccount, anOrganization, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keepSchedules, stateOf } from './keep-schedules.ts'
import { scheduleNames, scheduleOf, type Schedule } from './schedules.ts'
import type { Stopping } from './stopping.ts'

const telemetry = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() }
const minute = 60_000

let now: EpochMs
const clock = { now: () => now, sleep: () => Promise.resolve() }
beforeEach(() => {
  now = at('2026-01-05T04:59:00Z')
})

/** A run that hangs does not count: the other schedules go on. */
const isAtWork = ({ name, running }: ReturnType<typeof stateOf>): boolean =>
  running && name !== hanging
let hanging: string | undefined

/** Lets the schedules look at each of these times. */
async function through(schedules: readonly Schedule[], ...times: readonly string[]) {
  const states = schedules.map(({ name }) => stateOf(name))
  const left = times.map((time) => at(time))
  const stopping: Stopping = {
    get isAsked() {
      return left.length === 0
    },
    remainingMs: () => Infinity,
    pause: async () => {
      await vi.waitFor(() => expect(states.filter(isAtWork)).toEqual([]), { interval: 1 })
      left.shift()
      now = left[0] ?? now
    },
  }
  now = left[0] ?? now
  await keepSchedules({ schedules, clock, telemetry, stopping, everyMs: 1_000 }, states)
  return states
}

const counted = (occurrence: Schedule['occurrence'], run = () => Promise.resolve()) => {
  const schedule = { name: 'planner', occurrence, run: vi.fn(run) } as const
  return schedule
}

describe('schedules', () => {
  it('run once for each occurrence, however often they look at the clock', async () => {
    const schedule = counted((time) => String(Math.floor(time / (5 * minute))))
    await through(
      [schedule],
      '2026-01-05T05:00:00Z',
      '2026-01-05T05:04:59Z',
      '2026-01-05T05:05:00Z',
      '2026-01-05T06:00:00Z',
    )
    expect(schedule.run).toHaveBeenCalledTimes(3)
  })

  it('run again a minute after a failure', async () => {
    let failures = 1
    const schedule = counted(
      () => 'today',
      async () => {
        failures -= 1
        if (failures >= 0) throw new Error('Organizations does not answer')
      },
    )
    const [state] = await through(
      [schedule],
      '2026-01-05T04:59:30Z',
      '2026-01-05T05:00:00Z',
      '2026-01-05T05:02:00Z',
    )
    expect(schedule.run).toHaveBeenCalledTimes(2)
    expect(state).toMatchObject({ done: 'today', tryAgainAt: undefined })
  })

  it('wait for their hour, and catch up when the worker starts late', () => {
    const { ports } = portsWith(new MemoryLedger())
    const planner = scheduleOf('planner', ports)
    const digest = scheduleOf('digest', ports)
    expect(planner.occurrence(at('2026-01-05T04:59:59Z'))).toBeUndefined()
    expect(planner.occurrence(at('2026-01-05T05:00:00Z'))).toBe('2026-01-05')
    expect(planner.occurrence(at('2026-01-05T23:59:59Z'))).toBe('2026-01-05')
    expect(digest.occurrence(at('2026-01-05T09:59:59Z'))).toBeUndefined()
  })
})

describe('a schedule that hangs', () => {
  it('keeps no other from running', async () => {
    hanging = 'sweeper'
    const answer = Promise.withResolvers<void>()
    const sweeper = {
      ...counted(
        () => 'always',
        () => answer.promise,
      ),
      name: 'sweeper',
    } as const
    const digest = { ...counted((time) => String(time)), name: 'digest' } as const
    const kept = through([sweeper, digest], '2026-01-05T05:00:00Z', '2026-01-05T05:05:00Z')
    await vi.waitFor(() => expect(digest.run).toHaveBeenCalledTimes(2))
    hanging = undefined
    answer.resolve()
    await kept
    expect(sweeper.run).toHaveBeenCalledTimes(1)
  })
})

describe('the planner of several workers', () => {
  it('plans the day once', async () => {
    const ledger = new MemoryLedger()
    now = at('2026-01-05T05:00:00Z')
    const first = portsWith(ledger)
    const second = portsWith(ledger)
    await scheduleOf('planner', first.ports).run()
    await scheduleOf('planner', second.ports).run()
    expect([first.published(), second.published()]).toEqual([1, 0])
    now = plusDays(now, 1)
    await scheduleOf('planner', second.ports).run()
    expect(second.published()).toBe(1)
  })

  it('loses no scan when it could not send the messages', async () => {
    const ledger = new MemoryLedger()
    const { ports, published } = portsWith(ledger, 1)
    const all = scheduleNames
      .filter((name) => name !== 'digest')
      .map((name) => scheduleOf(name, ports))
    const states = await through(
      all,
      '2026-01-05T05:00:00Z',
      '2026-01-05T05:01:10Z',
      '2026-01-05T05:05:10Z',
      '2026-01-05T05:10:10Z',
      '2026-01-05T06:30:00Z',
    )
    expect(published()).toBe(1)
    expect(states.map(({ tryAgainAt }) => tryAgainAt)).toEqual([undefined, undefined])
  })
})

const never = (): never => {
  throw new Error('the planner does not call this')
}

function portsWith(ledger: MemoryLedger, refusals = 0) {
  let published = 0
  let left = refusals
  const ports: Parameters<typeof scheduleOf>[1] = {
    clock,
    ids: { uuid: () => 'id' },
    ledger,
    accounts: { accounts: () => Promise.resolve([anAccount()]) },
    publisher: {
      publish: (events) => {
        if (events.length > 0 && left > 0) {
          left -= 1
          return Promise.reject(transient('KEYNAG_UNAVAILABLE', 'SQS does not answer'))
        }
        published += events.length
        return Promise.resolve()
      },
    },
    organization: anOrganization(),
    telemetry,
    source: 'keynag/test',
    messenger: { send: never },
  }
  return { ports, published: () => published }
}
