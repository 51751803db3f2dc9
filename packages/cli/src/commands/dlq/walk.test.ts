import { type DeadLetter, type DeadLetterQueues, epochMs, type Receipt } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { Walk } from './walk.ts'

const signal = new AbortController().signal

/** A queue that never ends, or comes back to its first message after `length`. */
function endless({ length = Infinity } = {}) {
  let given = 0
  const hidden: number[] = []
  const released: Receipt[] = []
  const letter = (): DeadLetter => {
    const messageId = `m-${given % length}`
    given += 1
    return { queue: 'scan', messageId, body: 'x', sentAt: epochMs(0), receipt: `r-${given}` }
  }
  const queues: DeadLetterQueues = {
    names: ['scan', 'notify', 'escalate', 'rotate'],
    depth: () => Promise.resolve({ waiting: 0, deadLetters: 48_000 }),
    receive: (_, seconds) => {
      hidden.push(seconds)
      return Promise.resolve(Array.from({ length: 10 }, letter))
    },
    release: (receipts) => {
      released.push(...receipts)
      return Promise.resolve()
    },
    remove: () => Promise.resolve(),
    resend: () => Promise.resolve(),
    resendMailEvent: () => Promise.resolve(),
  }
  return { queues, hidden, released }
}

async function walked(walk: Walk): Promise<number> {
  let letters = 0
  for await (const round of walk.rounds()) letters += round.length
  return letters
}

describe('a walk', () => {
  it('remembers ten thousand receipts and no body, however many it looks at', async () => {
    const { queues, released } = endless()
    const walk = new Walk(queues, { queue: 'scan', max: 25_000, interrupted: signal })
    expect(await walked(walk)).toBe(25_000)
    expect(released).toHaveLength(10_000)
    expect(Object.keys(released[0] ?? {}).toSorted()).toStrictEqual(['queue', 'receipt'])
    expect(walk.isComplete).toBe(false)
  })

  it('ends when messages come back that it has seen', async () => {
    const { queues } = endless({ length: 45 })
    const walk = new Walk(queues, { queue: 'scan', max: 1_000, interrupted: signal })
    expect(await walked(walk)).toBe(45)
    expect(walk.isComplete).toBe(true)
  })

  it.each([
    ['what is only looked at, for two minutes', { max: 1_000 }, 120],
    ['what is replayed, twice as long as that should take', { max: 1_000, perSecond: 10 }, 320],
    ['a long replay, for fifteen minutes', { max: 100_000, perSecond: 1 }, 900],
  ])('hides %s', async (_, options, seconds) => {
    const { queues, hidden } = endless({ length: 20 })
    await walked(new Walk(queues, { queue: 'scan', interrupted: signal, ...options }))
    expect(new Set(hidden)).toStrictEqual(new Set([seconds]))
  })
})
