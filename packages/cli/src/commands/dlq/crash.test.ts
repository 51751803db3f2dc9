import { hourMs, transient } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../place/place.ts'
import { runKeynag } from '../../program.ts'
import { recordingShell } from '../../testing/recording-shell.ts'
import { aPlace } from './testing/a-place.ts'
import { tapped } from './testing/tapped.ts'

const letters = 3

/** Three events that are due, and a place whose every call goes through `onCall`. */
async function threeLetters(onCall: (name: string, run: () => unknown) => unknown) {
  const stage = aPlace()
  const { place, ledger, queues } = stage
  queues.addEvent(await stage.plannedScan(1))
  queues.addEvent(await stage.dueNag(2))
  queues.addEvent(await stage.dueNag(3))
  const watched: Place = {
    ...place,
    ledger: tapped(ledger, onCall),
    queues: () => Promise.resolve(tapped(queues, onCall)),
  }
  return { ...stage, watched }
}

const eventIds = ['nag-2', 'nag-3', 'scan-1']

/** How often each event was sent, and counted. */
async function becameOf({ queues, ledger }: Awaited<ReturnType<typeof threeLetters>>) {
  const counted = await Promise.all(eventIds.map((id) => ledger.replay(id)))
  return {
    sent: eventIds.map((id) => queues.sent.filter((event) => event.id === id).length),
    counted: counted.map((replay) => replay?.count ?? 0),
  }
}

const replaying = async (at: Place, recording = recordingShell()) => ({
  exitCode: await runKeynag(['dlq', 'replay', '--sandbox', '--yes'], recording.shell, {
    openSandbox: () => Promise.resolve(at),
  }),
  remarks: recording.remarks(),
})

/** The calls that one undisturbed replay makes, in order. */
const calls: string[] = []
const undisturbed = await threeLetters((name, run) => {
  calls.push(name)
  return run()
})
await replaying(undisturbed.watched)
const moments = calls.map((name, index) => [index, name] as const)

describe('a replay that is killed', () => {
  it('is tried at every kind of call', async () => {
    expect(new Set(calls)).toStrictEqual(
      new Set([
        'depth',
        'receive',
        'replay',
        'accountScan',
        'entries',
        'commit',
        'resend',
        'remove',
        'release',
      ]),
    )
    expect(await becameOf(undisturbed)).toStrictEqual({ sent: [1, 1, 1], counted: [1, 1, 1] })
  })

  it.each(
    moments.flatMap(
      (moment) =>
        [
          [...moment, 'before'],
          [...moment, 'after'],
        ] as const,
    ),
  )('at call %i, %s, %s its effect, has lost nothing and counts right', async (when, _, side) => {
    let made = 0
    const stage = await threeLetters(async (_name, run) => {
      made += 1
      if (made <= when) return run()
      if (made === when + 1 && side === 'after') await run()
      throw new Error('killed')
    })
    expect((await replaying(stage.watched)).exitCode).toBe(1)
    const { sent } = await becameOf(stage)
    const there = (id: string): boolean => stage.queues.bodies.some((body) => body.includes(id))
    for (const [index, id] of eventIds.entries()) {
      expect(there(id) || sent[index] === 1).toBe(true)
    }
    stage.pass(hourMs)
    expect((await replaying(stage.place)).exitCode).toBe(0)
    const after = await becameOf(stage)
    expect(after.counted).toStrictEqual([1, 1, 1])
    expect(stage.queues.lying).toStrictEqual([])
    for (const times of after.sent) expect([1, 2]).toContain(times)
    // Only the letter in hand can be sent twice.
    expect(after.sent.reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(letters + 1)
  })
})

describe('a replay in which a call fails', () => {
  it.each(moments)(
    'at call %i, %s, says so, gives the rest back, and can go on',
    async (when, name) => {
      let made = -1
      const stage = await threeLetters(async (_, run) => {
        made += 1
        if (made === when) throw transient('KEYNAG_THROTTLED', `${name}: slow down`)
        return run()
      })
      const { exitCode, remarks } = await replaying(stage.watched)
      expect(exitCode).toBe(1)
      expect(remarks).toContain(`KEYNAG_THROTTLED: ${name}: slow down`)
      expect(stage.queues.visible).toStrictEqual(stage.queues.lying)
      stage.pass(hourMs)
      await replaying(stage.place)
      expect((await becameOf(stage)).counted).toStrictEqual([1, 1, 1])
      expect(stage.queues.lying).toStrictEqual([])
    },
  )
})

describe('a replay that is stopped by Ctrl-C', () => {
  it.each(moments)('at call %i, %s, finishes what is in hand and hides nothing', async (when) => {
    let made = -1
    const recording = recordingShell()
    const stage = await threeLetters((_, run) => {
      made += 1
      if (made === when) recording.interrupt()
      return run()
    })
    expect((await replaying(stage.watched, recording)).exitCode).toBe(130)
    expect(recording.output()).toContain('looked at')
    const { sent, counted } = await becameOf(stage)
    expect(counted).toStrictEqual(sent)
    expect(stage.queues.visible).toHaveLength(letters - stage.queues.sent.length)
    await replaying(stage.place)
    expect(await becameOf(stage)).toStrictEqual({ sent: [1, 1, 1], counted: [1, 1, 1] })
    expect(stage.queues.lying).toStrictEqual([])
  })
})

describe('a discard that is stopped', () => {
  it.each(['kill', 'Ctrl-C'])('by %s has deleted some and lost track of none', async (how) => {
    let removed = 0
    const recording = recordingShell()
    const stage = await threeLetters((name, run) => {
      if (name === 'remove') removed += 1
      if (removed === 2 && how === 'Ctrl-C') recording.interrupt()
      if (removed === 2 && how === 'kill') throw new Error('killed')
      return run()
    })
    await runKeynag(['dlq', 'discard', '--all', '--yes', '--sandbox'], recording.shell, {
      openSandbox: () => Promise.resolve(stage.watched),
    })
    stage.pass(hourMs)
    expect(stage.queues.visible).toHaveLength(how === 'kill' ? 2 : 1)
  })
})
