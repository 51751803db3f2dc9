import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { epochMs, queueNames } from '@keynag/core'
import { describe, expect, it, vi } from 'vitest'
import { deadLetterStage, ids, names, sorted, stage, startMs } from './dead-letter-stage.ts'

const { park, parkEvents, scanOf, scans, dead, sent, hidden, sqs, ledger } = deadLetterStage()

/** Runs a command on the stage. `onSleep` is called at each pause between two replays. */
async function keynag(
  words: string,
  onSleep: (pauses: number, interrupt: () => void) => void = () => undefined,
) {
  let pauses = 0
  const recording = recordingShell({
    clock: {
      now: () => epochMs(startMs),
      sleep: () => {
        pauses += 1
        onSleep(pauses, recording.interrupt)
        return Promise.resolve()
      },
    },
  })
  const argv = ['dlq', ...words.split(' '), '--stage', stage]
  const exitCode = await runKeynag(argv, recording.shell)
  return { exitCode, output: recording.output(), remarks: recording.remarks() }
}

describe('2,000 dead letters', () => {
  it('are counted and replayed by a filter, and an interrupted replay can be continued', async () => {
    const refused = scans(300)
    const others = scans(1_690)
    await parkEvents(refused, 'KEYNAG_ACCESS_DENIED')
    await parkEvents(others)
    await park(
      'notify',
      Array.from({ length: 10 }, () => '{'),
      'KEYNAG_MESSAGE_INVALID',
    )

    const listed = await keynag('list --max 5000')
    expect(listed.exitCode).toBe(0)
    expect(listed.output).toMatch(/scan +deliveries-used-up +1,690 +scan.requested/)
    expect(listed.output).toMatch(/scan +KEYNAG_ACCESS_DENIED +300 +scan.requested/)
    expect(listed.output).toMatch(/notify +KEYNAG_MESSAGE_INVALID +10 +unreadable/)
    expect(listed.output).toContain('looked at 2,000 dead letters of stage test')
    expect(hidden()).toBe(0)

    const replay = 'replay --yes --json --max 5000 --reason KEYNAG_ACCESS_DENIED'
    const stopped = await keynag(replay, (pauses, interrupt) => {
      if (pauses === 150) interrupt()
    })
    expect(stopped.exitCode).toBe(130)
    expect(JSON.parse(stopped.output)).toMatchObject({ replayed: 150 })
    expect(hidden()).toBe(0)
    expect(sent()).toHaveLength(150)
    expect(sorted([...sent(), ...dead()])).toStrictEqual(sorted(ids([...refused, ...others])))

    const resumed = await keynag(replay)
    expect(JSON.parse(resumed.output)).toMatchObject({ replayed: 150 })
    expect(sorted(sent())).toStrictEqual(sorted(ids(refused)))
    expect(sorted(dead())).toStrictEqual(sorted(ids(others)))
    for (const { id } of refused.slice(0, 20)) {
      expect(await ledger().replay(id)).toMatchObject({ count: 1 })
    }
  })
})

describe('a replayed message', () => {
  it('has the body and attributes of a new one', async () => {
    const [event] = scans(1)
    await parkEvents(event === undefined ? [] : [event], 'KEYNAG_THROTTLED')
    await keynag('replay --yes')
    expect(sqs().peek(names.queue('scan'))).toMatchObject([
      {
        body: JSON.stringify(event),
        messageAttributes: {
          type: { StringValue: 'scan.requested' },
          dataversion: { StringValue: '1' },
        },
      },
    ])
  })
})

describe('invalid bodies', () => {
  it('are reported with their errors, are not replayed, and can be discarded', async () => {
    const event = scanOf(1)
    await park('scan', [
      '{"not": "closed"',
      JSON.stringify({ ...event, dataversion: 0 }),
      JSON.stringify({ ...event, dataversion: 2 }),
      JSON.stringify(event),
    ])
    const { output } = await keynag('replay --dry-run')
    expect(output).toContain('KEYNAG_MESSAGE_INVALID: the body is not JSON')
    expect(output).toContain('KEYNAG_MESSAGE_INVALID: "scan.requested" does not fit its schema')
    expect(output).toContain('"scan.requested" version 2 is newer than this release')
    const replayed = await keynag('replay --yes --json')
    expect(JSON.parse(replayed.output)).toMatchObject({ replayed: 1, invalid: 3, left: 3 })
    expect(sent()).toStrictEqual([event.id])
    await keynag('discard --yes --outcome invalid')
    expect(sqs().peek(names.deadLetters('scan'))).toStrictEqual([])
  })
})

describe('a missing queue', () => {
  it('is an error with a code and a sentence', async () => {
    const recording = recordingShell()
    const argv = ['dlq', 'list', '--queue-prefix', 'nowhere', '--table', names.ledgerTable]
    expect(await runKeynag(argv, recording.shell)).toBe(1)
    expect(recording.output()).toBe('')
    expect(recording.remarks()).toMatch(/^KEYNAG_QUEUE_MISSING: .*nowhere-scan.*\n.*Region\.$/m)
  })

  it('is an error before any message of the other queues is hidden', async () => {
    await parkEvents(scans(5))
    for (const queue of queueNames) {
      const url = (name: string): string => `${sqs().url}/000000000000/${name}`
      vi.stubEnv(`KEYNAG_QUEUE_${queue.toUpperCase()}`, url(names.queue(queue)))
      vi.stubEnv(`KEYNAG_DEAD_LETTERS_${queue.toUpperCase()}`, url(names.deadLetters(queue)))
    }
    vi.stubEnv('KEYNAG_DEAD_LETTERS_ROTATE', `${sqs().url}/000000000000/gone`)
    const recording = recordingShell({ env: { ...process.env } })
    const argv = ['dlq', 'replay', '--yes', '--table', names.ledgerTable]
    expect(await runKeynag(argv, recording.shell)).toBe(1)
    expect(recording.remarks()).toContain('KEYNAG_QUEUE_MISSING')
    expect(hidden()).toBe(0)
    expect(sent()).toStrictEqual([])
  })
})
