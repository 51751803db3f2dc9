import type { Inbox, Received } from '@keynag/aws'
import { transient } from '@keynag/core'
import { describe, expect, it, vi } from 'vitest'
import type { Consumer } from '@keynag/engine'
import { healthOf } from './health.ts'
import { pump, type PumpState } from './pump.ts'
import { stoppingBy, type Stopping } from './stopping.ts'

const telemetry = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() }
const limitMs = 5_000

/** A queue in memory: what is taken is hidden until it is released, as long as the test runs. */
class MemoryInbox implements Inbox {
  waiting: Received[]
  hidden: Received[] = []
  removed: string[] = []
  failing = 0
  onEmpty: () => void = () => undefined

  constructor(amount: number) {
    this.waiting = Array.from({ length: amount }, (_, index) => ({
      messageId: `m${index + 1}`,
      body: '{}',
      receipt: `r${index + 1}`,
      attributes: {},
    }))
  }

  async receive(most: number): Promise<readonly Received[]> {
    if (this.failing > 0) {
      this.failing -= 1
      throw transient('KEYNAG_UNAVAILABLE', 'SQS does not answer')
    }
    if (this.waiting.length === 0) this.onEmpty()
    const taken = this.waiting.splice(0, most)
    this.hidden.push(...taken)
    return taken
  }

  async remove(message: Received): Promise<void> {
    this.hidden = this.hidden.filter((each) => each !== message)
    this.removed.push(message.messageId)
  }

  async release(messages: readonly Received[]): Promise<void> {
    this.hidden = this.hidden.filter((each) => !messages.includes(each))
    this.waiting.push(...messages)
  }
}

function start(
  inbox: MemoryInbox,
  consumer: Consumer,
  pause: Stopping['pause'] = () => Promise.resolve(),
) {
  const stop = new AbortController()
  inbox.onEmpty = () => stop.abort()
  const state: PumpState = {
    name: 'escalate',
    handlingSince: undefined,
    failures: 0,
    handled: 0,
  }
  const asked = stoppingBy(stop.signal, limitMs)
  const stopping: Stopping = {
    get isAsked() {
      return asked.isAsked
    },
    remainingMs: asked.remainingMs,
    whenAsked: asked.whenAsked,
    pause,
  }
  const running = pump(
    { name: 'escalate', inbox, consumer, waitSeconds: 1, stopping, telemetry },
    state,
  )
  return { stop, state, running }
}

const fine: Consumer = () => Promise.resolve()
const ids = (messages: readonly Received[]) => messages.map(({ messageId }) => messageId)

describe('a pump', () => {
  it('handles every message once and deletes it', async () => {
    const inbox = new MemoryInbox(25)
    const { running, state } = start(inbox, fine)
    await running
    expect(inbox.removed).toHaveLength(25)
    expect(new Set(inbox.removed).size).toBe(25)
    expect([inbox.waiting, inbox.hidden]).toEqual([[], []])
    expect(state).toMatchObject({ handled: 25, handlingSince: undefined })
  })

  it('leaves a failed message hidden, so that SQS delivers it again', async () => {
    const inbox = new MemoryInbox(3)
    const { running } = start(inbox, async ({ messageId }) => {
      if (messageId === 'm2') throw transient('KEYNAG_THROTTLED', 'slow down')
    })
    await running
    expect(inbox.removed).toEqual(['m1', 'm3'])
    expect(ids(inbox.hidden)).toEqual(['m2'])
  })

  it('finishes the current message and releases the others at once when it has to stop', async () => {
    const inbox = new MemoryInbox(5)
    const inHand = Promise.withResolvers<void>()
    const { running, stop } = start(inbox, () => inHand.promise)
    await vi.waitFor(() => expect(inbox.hidden).toHaveLength(5))
    stop.abort()
    await vi.waitFor(() => expect(ids(inbox.waiting)).toEqual(['m2', 'm3', 'm4', 'm5']))
    expect(inbox.removed).toEqual([])
    inHand.resolve()
    await running
    expect(inbox.removed).toEqual(['m1'])
    expect(inbox.hidden).toEqual([])
  })

  it('releases messages that arrive while it is stopping', async () => {
    const inbox = new MemoryInbox(2)
    const { running, stop } = start(inbox, fine)
    stop.abort()
    await running
    expect(ids(inbox.waiting)).toEqual(['m1', 'm2'])
    expect(inbox.removed).toEqual([])
  })

  it('gives a consumer no more time than the process has left', async () => {
    const inbox = new MemoryInbox(1)
    const seen: number[] = []
    const asked = Promise.withResolvers<void>()
    const { running, stop } = start(inbox, async ({ remainingMs }) => {
      seen.push(remainingMs())
      stop.abort()
      seen.push(remainingMs())
      asked.resolve()
    })
    await asked.promise
    await running
    expect(seen[0]).toBeGreaterThan(limitMs)
    expect(seen[1]).toBeLessThanOrEqual(limitMs)
  })

  it('releases the rest of a batch when it cannot delete a message, and goes on', async () => {
    const inbox = new MemoryInbox(3)
    const remove = vi.spyOn(inbox, 'remove')
    remove.mockRejectedValueOnce(transient('KEYNAG_UNAVAILABLE', 'SQS does not answer'))
    const { running, state } = start(inbox, fine)
    await running
    expect(inbox.removed).toEqual(['m2', 'm3'])
    expect(ids(inbox.hidden)).toEqual(['m1'])
    expect(state.handled).toBe(2)
  })

  it('waits longer after each failed receive, and reports itself unhealthy', async () => {
    const inbox = new MemoryInbox(1)
    inbox.failing = 8
    const pauses: number[] = []
    const ill: boolean[] = []
    const { running, state } = start(inbox, fine, async (ms) => {
      pauses.push(ms)
      ill.push(!healthOf({ pumps: [state], schedules: [] }, false).healthy)
    })
    await running
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(ill.indexOf(true)).toBe(6)
    expect(inbox.removed).toEqual(['m1'])
    expect(healthOf({ pumps: [state], schedules: [] }, false).healthy).toBe(true)
  })
})

describe('the health of a worker', () => {
  it('is unhealthy while a handler exceeds its time-out, and not because a schedule failed', () => {
    const pumps = [{ name: 'escalate', handlingSince: 0, failures: 0, handled: 3 }] as const
    const failed = {
      name: 'planner',
      due: 'today',
      done: undefined,
      tryAgainAt: undefined,
      running: false,
    }
    expect(healthOf({ pumps, schedules: [] }, false, 59_000).healthy).toBe(true)
    expect(healthOf({ pumps, schedules: [] }, false, 61_000)).toMatchObject({
      healthy: false,
      handled: { escalate: 3 },
      trouble: ['a message of the escalate queue takes longer than its time-out'],
    })
    expect(healthOf({ pumps: [], schedules: [failed] }, false).healthy).toBe(true)
  })
})
