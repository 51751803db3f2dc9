import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { type Clock, epochMs } from '@keynag/core'
import type { OpenSandbox, StartSandboxAws } from '../place/place.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** The terminal, the machine's time and Ctrl-C, as commands know them. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Standard output: what was asked for and nothing else. Waits while the reader is slow. */
  print(text: string): Promise<void>
  /** Standard error: remarks for the person at the terminal. */
  remark(text: string): void
  /** A line on standard error that the next one replaces; nothing where that is no terminal. */
  progress(text: string): void
  /** Columns of the terminal on standard output; `undefined` when it is none. */
  readonly width: number | undefined
  /** Colours on a terminal that wants them; elsewhere the text as it is. */
  style(style: Style, text: string): string
  /** Asks yes or no; `unanswerable` when nobody is at a terminal. */
  confirm(question: string): Promise<'yes' | 'no' | 'unanswerable'>
  /** From now on SIGTERM aborts `interrupted` too, as container runtimes stop a process. */
  heedTermination(): void
  /** Aborted by Ctrl-C, or with `readerGone`: finish what is begun, then stop. */
  readonly interrupted: AbortSignal
}

/** Why a command is stopped whose output goes nowhere any more, such as into `| head -1`. */
export const readerGone = 'the reader of the output has gone'

/** What a command ends with; audit's `findings` is for scripts, like `diff`'s 1. */
export const exitCodes = { ok: 0, error: 1, findings: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What every command gets. */
export interface CommandContext {
  readonly shell: Shell
  readonly openSandbox: OpenSandbox | undefined
  readonly startSandboxAws: StartSandboxAws | undefined
  /** What the process ends with, unless it fails. */
  readonly end: (code: ExitCode) => void
  /** Says that nothing is changed: then no harm is done when the reader has seen enough. */
  readonly onlyReads: () => void
  /** Says that the command runs until it is interrupted: then that is no failure. */
  readonly runsUntilStopped: () => void
}

/** The shell of this process. Call it once: it takes over Ctrl-C and closed pipes. */
export function processShell(): Shell {
  const { stdout, stderr, stdin, env } = process
  const interruption = new AbortController()
  let progressLength = 0
  const clearProgress = (): void => {
    if (progressLength === 0) return
    stderr.write(`\r${' '.repeat(progressLength)}\r`)
    progressLength = 0
  }
  process.on('SIGINT', () => {
    clearProgress()
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted)
    stderr.write('Stopping after what is begun; Ctrl-C again stops at once.\n')
    interruption.abort()
  })
  for (const stream of [stdout, stderr]) {
    // The reader, such as `head`, has had enough.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (!interruption.signal.aborted) interruption.abort(readerGone)
    })
  }
  return {
    env,
    clock: { now: () => epochMs(Date.now()), sleep: (ms) => sleep(ms) },
    print: (text) =>
      new Promise((resolve) => {
        clearProgress()
        stdout.write(`${text}\n`, () => resolve())
      }),
    remark: (text) => {
      clearProgress()
      stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!stderr.isTTY) return
      const line = text.slice(0, Math.max(10, stderr.columns - 1))
      stderr.write(`\r${line.padEnd(progressLength)}`)
      progressLength = line.length
    },
    width: stdout.isTTY ? stdout.columns : undefined,
    style: (style, text) => styleText(style, text, { stream: stdout }),
    confirm: async (question) => {
      if (!stdin.isTTY || !stderr.isTTY) return 'unanswerable'
      clearProgress()
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        const answer = await lines.question(`${question} [y/N] `, {
          signal: interruption.signal,
        })
        return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no'
      } catch (error) {
        if (interruption.signal.aborted) return 'no'
        throw error
      } finally {
        lines.close()
      }
    },
    heedTermination: () => {
      process.on('SIGTERM', () => interruption.abort())
    },
    interrupted: interruption.signal,
  }
}
