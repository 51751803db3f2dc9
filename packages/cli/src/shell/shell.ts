import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { userInfo } from 'node:os'
import { type Clock, epochMs } from '@keynag/core'
import type { OpenSandbox, StartSandboxAws } from '../place/place.ts'
import { escaped, type Style, terminalText } from './terminal-text.ts'

/**
 * What commands see of the terminal, the machine's time and Ctrl-C. Whatever it writes, it escapes every
 * control character but line breaks.
 */
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
  /** Marks text to be coloured on a terminal that wants colours. */
  style(style: Style, text: string): string
  /** Asks yes or no; `unanswerable` when nobody is at a terminal. */
  confirm(question: string): Promise<'yes' | 'no' | 'unanswerable'>
  /** Asks for a line; `undefined` when nobody is at a terminal or wants to answer. */
  ask(question: string): Promise<string | undefined>
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

/** A step that takes longer after Ctrl-C hangs: a request of an AWS client ends within this time. */
const graceMs = 10_000

interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** The parts of a process that a shell uses. */
interface Host {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Shell['env']
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', heed: () => void): unknown
  exit(code: number): void
}

/** The shell of this process. Call it once: it takes over Ctrl-C and closed pipes. */
export function processShell(host: Host = process): Shell {
  const { stdout, stderr, stdin, env } = host
  const interruption = new AbortController()
  const { styled, written } = terminalText()
  const canAsk = stdin.isTTY === true && stderr.isTTY === true
  let stopsItself = false
  let isInterrupted = false
  let progressLength = 0
  const clearProgress = (): void => {
    if (progressLength === 0) return
    stderr.write(`\r${' '.repeat(progressLength)}\r`)
    progressLength = 0
  }
  const remark = (text: string): void => {
    clearProgress()
    stderr.write(`${written(text, stderr)}\n`)
  }
  const interrupt = (): void => {
    if (isInterrupted) return host.exit(exitCodes.interrupted)
    isInterrupted = true
    remark('Stopping after the current step. Press Ctrl-C again to stop at once.')
    interruption.abort()
    if (!stopsItself) setTimeout(giveUp, graceMs).unref()
  }
  const giveUp = (): void => {
    remark('The current step does not end, so keynag stops. You can repeat the command.')
    host.exit(exitCodes.interrupted)
  }
  host.on('SIGINT', interrupt)
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
        stdout.write(`${written(text, stdout)}\n`, () => resolve())
      }),
    remark,
    progress: (text) => {
      if (stderr.isTTY !== true) return
      const line = escaped(text).slice(0, Math.max(10, (stderr.columns ?? 80) - 1))
      stderr.write(`\r${line.padEnd(progressLength)}`)
      progressLength = line.length
    },
    width: stdout.isTTY === true ? stdout.columns : undefined,
    style: styled,
    confirm: async (question) => {
      if (!canAsk) return 'unanswerable'
      const answer = await ask(`${question} [y/N] `)
      return /^y(es)?$/i.test(answer?.trim() ?? '') ? 'yes' : 'no'
    },
    ask: (question) => (canAsk ? ask(question) : Promise.resolve(undefined)),
    heedTermination: () => {
      stopsItself = true
      host.on('SIGTERM', () => interruption.abort())
      host.on('SIGHUP', () => interruption.abort(terminalGone))
    },
    exit: (code) => host.exit(code),
    interrupted: interruption.signal,
  }

  /** `undefined` after Ctrl-C and after Ctrl-D. */
  function ask(question: string): Promise<string | undefined> {
    clearProgress()
    return new Promise((resolve) => {
      const lines = createInterface({ input: stdin, output: stderr })
      const { signal } = interruption
      const end = (answer?: string): void => {
        signal.removeEventListener('abort', stop)
        resolve(answer)
        lines.close()
      }
      const stop = (): void => {
        stderr.write('\n')
        end()
      }
      // In a question the terminal sends Ctrl-C as a character, and readline reports it.
      lines.on('SIGINT', interrupt)
      lines.on('close', () => resolve(undefined))
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      else lines.question(written(question, stderr), end)
    })
  }
}
