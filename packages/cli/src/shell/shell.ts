import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { userInfo } from 'node:os'
import { styleText } from 'node:util'
import { type Clock, epochMs } from '@keynag/core'
import type { OpenSandbox, StartSandboxAws } from '../place/place.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** What commands see of the terminal, the machine's time and Ctrl-C. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** The person, by the name of their account on this machine. */
  readonly userName: string
  /** Writes to standard output: the result and nothing else. Waits while the reader is slow. */
  print(text: string): Promise<void>
  /** Writes to standard error: remarks for the person at the terminal. */
  remark(text: string): void
  /** Shows a line on standard error that the next one replaces. Does nothing without a terminal. */
  progress(text: string): void
  /** Columns of the terminal on standard output; `undefined` when it is not a terminal. */
  readonly width: number | undefined
  /** Colours the text on a terminal that wants colours; elsewhere returns it unchanged. */
  style(style: Style, text: string): string
  /** Asks yes or no; `unanswerable` when nobody is at a terminal. */
  confirm(question: string): Promise<'yes' | 'no' | 'unanswerable'>
  /**
   * From now on SIGTERM aborts `interrupted` too: container runtimes stop a process that way. So does
   * SIGHUP, with `terminalGone`.
   */
  heedTermination(): void
  /** Ends the process now, whatever in it still waits for an answer. */
  exit(code: ExitCode): void
  /** Aborted by Ctrl-C, or with `readerGone`: the command finishes its current step and stops. */
  readonly interrupted: AbortSignal
}

/** Why a command stops when nobody reads its output any more, as after `| head -1`. */
export const readerGone = 'the reader of the output has gone'

/** Why a command stops when its terminal was closed. Nobody wanted it to stop. */
export const terminalGone = 'the terminal has gone'

/** Exit codes. `findings` is for scripts: the command worked and found something, like `diff`'s 1. */
export const exitCodes = { ok: 0, error: 1, findings: 2, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What every command receives. */
export interface CommandContext {
  readonly shell: Shell
  readonly openSandbox: OpenSandbox | undefined
  readonly startSandboxAws: StartSandboxAws | undefined
  /** Sets the exit code for a command that does not fail. */
  readonly end: (code: ExitCode) => void
  /** Declares that the command changes nothing: it may then stop early when its reader has gone. */
  readonly onlyReads: () => void
  /**
   * Declares that the command runs until it is interrupted, so that Ctrl-C is not a failure. When it has
   * ended, so does the process. It has failed when its terminal or its reader has gone: then whoever
   * watches the process starts it again.
   */
  readonly runsUntilStopped: () => void
}

/** In a container the user may have no name. */
function nameOfUser({ USER, LOGNAME }: Shell['env']): string {
  try {
    return userInfo().username
  } catch {
    return USER ?? LOGNAME ?? 'unknown user'
  }
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
    stderr.write('Stopping after the current step. Press Ctrl-C again to stop at once.\n')
    interruption.abort()
  })
  for (const stream of [stdout, stderr]) {
    // EPIPE: the reader, such as `head`, has closed its end.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (!interruption.signal.aborted) interruption.abort(readerGone)
    })
  }
  return {
    env,
    userName: nameOfUser(env),
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
      process.on('SIGHUP', () => interruption.abort(terminalGone))
    },
    exit: (code) => process.exit(code),
    interrupted: interruption.signal,
  }
}
