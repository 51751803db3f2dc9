import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runKeynag } from '../program.ts'
import { recordingShell } from '../testing/recording-shell.ts'
import { processShell } from './shell.ts'

const ctrlC = '\u0003'
const ctrlD = '\u0004'
const hostile = 'ann\u001b[2J\u202e'

/** A person at a terminal: what they type, what they see, and how the process ended. */
function aPerson({ isTTY = true } = {}) {
  const signals = new EventEmitter()
  const terminal = () => Object.assign(new PassThrough(), { isTTY, columns: 80 })
  const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()]
  const exits: number[] = []
  const shell = processShell({
    stdin: Object.assign(stdin, { setRawMode: () => stdin }),
    stdout,
    stderr,
    env: {},
    on: (signal, heed) => signals.on(signal, heed),
    exit: (code) => void exits.push(code),
  })
  return {
    shell,
    exits,
    types: (text: string) => stdin.write(text),
    presses: (signal: 'SIGINT' | 'SIGTERM') => signals.emit(signal),
    sees: () => `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}`,
  }
}

afterEach(() => void vi.useRealTimers())

describe('a question', () => {
  it.each([
    ['y', 'y\r', 'yes'],
    ['Yes', 'Yes\r', 'yes'],
    ['anything else', 'hm\r', 'no'],
    ['Ctrl-D', ctrlD, 'no'],
  ])('is answered by %s', async (_, typed, answer) => {
    const { shell, types } = aPerson()
    const asked = shell.confirm('Delete it?')
    types(typed)
    expect(await asked).toBe(answer)
    expect(shell.interrupted.aborted).toBe(false)
  })

  it('is stopped by Ctrl-C, as a key and as a signal', async () => {
    for (const how of ['key', 'signal']) {
      const { shell, types, presses, exits } = aPerson()
      const asked = shell.confirm('Delete it?')
      if (how === 'key') types(ctrlC)
      else presses('SIGINT')
      expect(await asked).toBe('no')
      expect(shell.interrupted.aborted).toBe(true)
      expect(exits).toStrictEqual([])
    }
  })

  it('cannot be answered without a terminal', async () => {
    expect(await aPerson({ isTTY: false }).shell.confirm('Delete it?')).toBe('unanswerable')
  })
})

it.each([true, false])(
  'writes no control character of a stranger (terminal: %s)',
  async (isTTY) => {
    const { shell, sees, types } = aPerson({ isTTY })
    await shell.print(hostile)
    shell.remark(hostile)
    shell.progress(hostile)
    const asked = shell.confirm(hostile)
    types('n\r')
    await asked
    const seen = sees()
    expect(seen).toContain(String.raw`ann\u001b[2J\u202e`)
    expect(seen).not.toContain('\u001b[2J')
    expect(seen).not.toContain('\u202e')
  },
)

describe('Ctrl-C', () => {
  it('ends a process whose current step hangs, with 130', () => {
    vi.useFakeTimers()
    const { presses, exits, sees } = aPerson()
    presses('SIGINT')
    vi.advanceTimersByTime(9_000)
    expect(exits).toStrictEqual([])
    vi.advanceTimersByTime(1_000)
    expect(exits).toStrictEqual([130])
    expect(sees()).toContain('The current step does not end')
  })

  it('ends a process at once when it is pressed again', () => {
    const { presses, exits } = aPerson()
    presses('SIGINT')
    presses('SIGINT')
    expect(exits).toStrictEqual([130])
  })

  it('lets a command that stops by itself take its time', () => {
    vi.useFakeTimers()
    const { shell, presses, exits } = aPerson()
    shell.heedTermination()
    presses('SIGINT')
    vi.advanceTimersByTime(60_000)
    expect({ exits, aborted: shell.interrupted.aborted }).toStrictEqual({
      exits: [],
      aborted: true,
    })
  })

  it('is no bug: whatever it breaks off, the command ends with 130', async () => {
    const { shell, remarks, interrupt } = recordingShell()
    const code = await runKeynag(['ledger', 'list', '--sandbox'], shell, {
      openSandbox: () => {
        interrupt()
        return Promise.reject(new DOMException('This operation was aborted', 'AbortError'))
      },
    })
    expect({ code, remarks: remarks() }).toStrictEqual({ code: 130, remarks: '' })
  })
})
