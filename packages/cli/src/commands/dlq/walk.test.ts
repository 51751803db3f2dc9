import { type Clock, plusMs } from '@keynag/core'
import { at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { MemoryQueues } from './testing/memory-queues.ts'
import { Walk } from './walk.ts'

const signal = new AbortController().signal

/** Dead letters of the queue `notify`, in a time that the test moves. */
function lying(count: number) {
  let now = at('2026-01-12T09:00:00Z')
  const clock: Pick<Clock, 'now'> = { now: () => now }
  const queues = new MemoryQueues(clock)
  for (let n = 0; n < count; n += 1) queues.add('notify', 'x')
  return {
    queues,
    clock,
    pass: (ms: number): void => {
      now = plusMs(now, ms)
    },
    walk: (max = 100_000) => new Walk(queues, { queue: 'notify', max, clock, interrupted: signal }),
  }
}

async function walked(walk: Walk, onLetter: () => void = () => undefined): Promise<string[]> {
  const letters: string[] = []
  for await (const round of walk.rounds()) {
    for (const { messageId } of round) {
      letters.push(messageId)
      onLetter()
    }
  }
  return letters
}

describe('a walk', () => {
  it('of twenty minutes settles every letter, though others became visible again before it', async () => {
    const { queues, pass, walk } = lying(2_400)
    const long = walk()
    for await (const round of long.rounds()) {
      for (const letter of round) {
        if (Number(letter.messageId.slice(2)) <= 300) continue
        pass(600)
        await queues.remove([letter])
        long.settle(letter)
      }
    }
    expect({ looked: long.looked, isComplete: long.isComplete }).toStrictEqual({
      looked: 2_400,
      isComplete: true,
    })
    expect(queues.lying).toHaveLength(300)
    expect(queues.visible).toHaveLength(300)
  })

  it('of days looks at each letter once, and gives all back', async () => {
    const { queues, pass, walk } = lying(500)
    const slow = walk()
    const letters = await walked(slow, () => pass(600_000))
    expect(new Set(letters).size).toBe(500)
    expect(letters).toHaveLength(500)
    expect(slow.isComplete).toBe(true)
    expect(queues.visible).toHaveLength(500)
  })

  it('that may not look at all says that it is not complete, and gives all back', async () => {
    const { queues, walk } = lying(45)
    const short = walk(40)
    expect(await walked(short)).toHaveLength(40)
    expect(short.isComplete).toBe(false)
    expect(queues.visible).toHaveLength(45)
  })

  it('that may look at exactly as many as there are is complete', async () => {
    const exact = lying(40).walk(40)
    expect(await walked(exact)).toHaveLength(40)
    expect(exact.isComplete).toBe(true)
  })

  it('that is killed hides its letters for two minutes and the time that it took', async () => {
    const { queues, pass, walk } = lying(20)
    const rounds = walk().rounds()
    for (const _ of [1, 2, 3]) {
      await rounds.next()
      pass(60_000)
    }
    pass(120_000)
    expect(queues.visible.length).toBeGreaterThan(0)
    pass(180_000)
    expect(queues.visible).toHaveLength(20)
  })
})

it('hides for two minutes when the clock goes backwards', async () => {
  const { queues, walk, pass } = lying(3)
  const back = walk()
  await walked(back, () => pass(-3_600_000))
  expect(back.isComplete).toBe(true)
  expect(queues.visible).toHaveLength(3)
})
