import type { Inbox } from '@keynag/aws'
import { MemoryLedger, transient, type Ledger } from '@keynag/core'
import { anOrganization, at } from '@keynag/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { healthOf } from './health.ts'
import { startWorker } from './worker.ts'

const never = <T>(): Promise<T> => new Promise(() => undefined)
const refuses = (): never => {
  throw new Error('the worker does not call this')
}

const hangingInbox: Inbox = { receive: () => never(), remove: () => never() }
const emptyInbox: Inbox = {
  receive: async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return []
  },
  remove: refuses,
}

function start({ ledger, inbox }: { ledger: Ledger; inbox: Inbox }) {
  const stop = new AbortController()
  const telemetry = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() }
  const worker = startWorker({
    ports: {
      clock: { now: () => at('2026-01-05T05:00:00Z'), sleep: () => Promise.resolve() },
      ids: { uuid: () => 'id' },
      ledger,
      accounts: { accounts: () => never() },
      iam: {
        credentialReport: refuses,
        users: refuses,
        accessKeys: refuses,
        lastUsed: refuses,
        hasKey: refuses,
        user: refuses,
        userInFull: refuses,
        makerOf: refuses,
        deactivatedBy: refuses,
        lastCallOn: refuses,
        hasFetched: refuses,
      },
      mutations: { create: refuses, deactivate: refuses, reactivate: refuses, delete: refuses },
      handovers: {
        prepare: refuses,
        store: refuses,
        stored: refuses,
        offered: refuses,
        test: refuses,
        promote: refuses,
        retire: refuses,
      },
      publisher: { publish: () => never() },
      deadLetters: { park: refuses },
      messenger: { send: refuses },
      organization: anOrganization(),
      telemetry,
      source: 'keynag/test',
    },
    inboxes: { notify: inbox },
    withSchedules: true,
    stop: stop.signal,
    stopWithinMs: 40,
    waitSeconds: 1,
    lookEveryMs: 1,
  })
  return { ...worker, stop }
}

describe('a worker', () => {
  it('ends in time when everything hangs, and says which schedules it left', async () => {
    const ledger = new Proxy(new MemoryLedger(), { get: () => () => never() })
    const { state, ended, stop } = start({ ledger, inbox: hangingInbox })
    await vi.waitFor(() => expect(state.schedules.some(({ running }) => running)).toBe(true))
    stop.abort()
    expect(await ended).toEqual({ handled: 0, abandoned: ['planner', 'sweeper'] })
  })

  it('tells within two minutes that queue and ledger hang', async () => {
    const ledger = new Proxy(new MemoryLedger(), { get: () => () => never() })
    const { state, ended, stop } = start({ ledger, inbox: hangingInbox })
    await vi.waitFor(() => expect(state.schedules.some(({ running }) => running)).toBe(true))
    const { condition, trouble } = healthOf(state, false, performance.now() + 119_000)
    expect(condition).toBe('unhealthy')
    expect(trouble).toEqual([
      'the notify queue cannot be read',
      'the planner gets no answer',
      'the sweeper gets no answer',
      'the ledger does not answer',
    ])
    stop.abort()
    await ended
  })

  it('tells that the ledger fails, and that a provider is down', async () => {
    class Ailing extends MemoryLedger {
      failing = true
      override outage: MemoryLedger['outage'] = async (subject) => {
        if (this.failing) throw transient('KEYNAG_UNAVAILABLE', 'DynamoDB does not answer')
        return super.outage(subject)
      }
    }
    const { state, ended, stop } = start({ ledger: new Ailing(), inbox: emptyInbox })
    await vi.waitFor(() => expect(state.ledger.askingSince).toBeDefined())
    const { trouble } = healthOf(state, false, performance.now() + 119_000)
    expect(trouble).toContain('the ledger does not answer')
    stop.abort()
    await ended
  })
})
