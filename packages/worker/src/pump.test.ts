import type { Inbox, Received } from '@keynag/aws'
import { permanent, transient } from '@keynag/core'
import { describe, expect, it, vi } from 'vitest'
import type { Consumer } from '@keynag/engine'
import { pump, pumpStateOf } from './pump.ts'
import { stoppingBy, type Stopping } from './stopping.ts'

const telemetry = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() }
const limitMs = 5_000

/** A queue in memory that counts receives, as SQS does. What is taken stays hidden. */
class MemoryInbox implements Inbox {
  waiting: Received[]
  hidden: Received[] = []
  removed: string[] = []
  readonly receives = new Map<string, number>()
  failing = 0
  undeletable = ''
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
    for (const { messageId } of taken) {
      this.receives.set(messageId, (this.receives.get(messageId) ?? 0) + 1)
    }
    return taken
  }

  async remove(message: Received): Promise<void> {
    if (message.messageId === this.undeletable) {
      throw permanent('KEYNAG_ACCESS_DENIED', 'may not delete')
    }
    this.hidden = this.hidden.filter((each) => each !== message)
    this.removed.push(message.messageId)
  }
}

function start(
  inbox: MemoryInbox,
  consumer: Consumer,
  {
    atOnce = 1,
    pause = () => Promise.resolve(),
  }: { atOnce?: number; pause?: Stopping['pause'] } = {},
) {
  const stop = new AbortController()
  inbox.onEmpty = () => stop.abort()
  const state = pumpStateOf('escalate')
  const asked = stoppingBy(stop.signal, limitMs)
  const stopping: Stopping = {
    get isAsked() {
      return asked.isAsked
    },
    remainingMs: asked.remainingMs,
    pause,
  }
  const running = pump(
    { name: 'escalate', inbox, consumer, atOnce, waitSeconds: 1, stopping, telemetry },
    state,
  )
  return { stop, state, running }
}

const fine: Consumer = () => Promise.resolve()
const ids = (messages: readonly Received[]) => messages.map(({ messageId }) => messageId)

describe('a pump', () => {
  it.each([1, 3, 25])('handles every message once and deletes it, %i at once', async (atOnce) => {
    const inbox = new MemoryInbox(25)
    const { running, state } = start(inbox, fine, { atOnce })
    await running
    expect(inbox.removed).toHaveLength(25)
    expect(new Set(inbox.removed).size).toBe(25)
    expect([inbox.waiting, inbox.hidden]).toEqual([[], []])
    expect(state).toMatchObject({ handled: 25, failed: 0 })
    expect(state.handling.size).toBe(0)
  })

  it('takes no more messages than it can begin', async () => {
    const inbox = new MemoryInbox(9)
    const inHand = Promise.withResolvers<void>()
    const { running, state } = start(inbox, () => inHand.promise, { atOnce: 4 })
    await vi.waitFor(() => expect(state.handling.size).toBe(4))
    expect(ids(inbox.waiting)).toEqual(['m5', 'm6', 'm7', 'm8', 'm9'])
    inHand.resolve()
    await running
    expect(inbox.removed).toHaveLength(9)
  })

  it('leaves a failed message hidden, so that SQS delivers it again, and does not count it', async () => {
    const inbox = new MemoryInbox(3)
    const { running, state } = start(inbox, async ({ messageId }) => {
      if (messageId === 'm2') throw transient('KEYNAG_THROTTLED', 'slow down')
    })
    await running
    expect(inbox.removed).toEqual(['m1', 'm3'])
    expect(ids(inbox.hidden)).toEqual(['m2'])
    expect(state).toMatchObject({ handled: 2, failed: 1 })
  })

  it('costs the others no receive when it cannot delete a message', async () => {
    const inbox = new MemoryInbox(40)
    inbox.undeletable = 'm1'
    const { running, state } = start(inbox, fine, { atOnce: 2 })
    await running
    expect([...inbox.receives.values()]).toEqual(Array.from({ length: 40 }, () => 1))
    expect(ids(inbox.hidden)).toEqual(['m1'])
    expect(state).toMatchObject({ handled: 39, failed: 1 })
  })

  it('costs no receive of a message whose handler has not begun, however often it stops', async () => {
    const inbox = new MemoryInbox(24)
    const begun: string[] = []
    for (let stops = 0; stops < 9; stops += 1) {
      const { running, stop } = start(
        inbox,
        async ({ messageId }) => {
          begun.push(messageId)
          stop.abort()
        },
        { atOnce: 2 },
      )
      await running
    }
    expect([...inbox.receives.keys()]).toEqual(begun)
    expect([...inbox.receives.values()].every((count) => count === 1)).toBe(true)
    expect(inbox.removed).toEqual(begun)
    expect(inbox.waiting).toHaveLength(24 - begun.length)
  })

  it('handles a message that arrives while it is stopping', async () => {
    const inbox = new MemoryInbox(2)
    const { running, stop } = start(inbox, fine)
    stop.abort()
    await running
    expect(ids(inbox.waiting)).toEqual(['m2'])
    expect(inbox.removed).toEqual(['m1'])
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

  it('waits longer after each failed receive', async () => {
    const inbox = new MemoryInbox(1)
    inbox.failing = 8
    const pauses: number[] = []
    const { running, state } = start(inbox, fine, {
      pause: async (ms) => {
        expect(state.askingSince).toBeDefined()
        pauses.push(ms)
      },
    })
    await running
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(inbox.removed).toEqual(['m1'])
    expect(state.askingSince).toBeUndefined()
  })
})
