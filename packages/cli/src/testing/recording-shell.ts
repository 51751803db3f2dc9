import { type Clock, epochMs } from '@keynag/core'
import type { Shell } from '../shell/shell.ts'

interface RecordingOptions {
  readonly clock?: Clock
  readonly env?: Shell['env']
  /** The columns of the terminal; without it there is no terminal. */
  readonly width?: number
  /** The person's answer; without it nobody is there to answer. */
  readonly answer?: 'yes' | 'no'
}

/** A shell that records what a command prints. `interrupt` acts as Ctrl-C. */
export function recordingShell({ clock, env = {}, width, answer }: RecordingOptions = {}) {
  const interruption = new AbortController()
  const printed: string[] = []
  const remarks: string[] = []
  const questions: string[] = []
  const shell: Shell = {
    env,
    userName: 'olga',
    clock: clock ?? { now: () => epochMs(0), sleep: () => Promise.resolve() },
    print: (text) => {
      printed.push(text)
      return Promise.resolve()
    },
    remark: (text) => {
      remarks.push(text)
    },
    progress: () => undefined,
    width,
    style: (_, text) => text,
    confirm: (question) => {
      questions.push(question)
      return Promise.resolve(answer ?? 'unanswerable')
    },
    ask: (question) => {
      questions.push(question)
      return Promise.resolve(answer)
    },
    heedTermination: () => undefined,
    exit: () => undefined,
    interrupted: interruption.signal,
  }
  return {
    shell,
    questions,
    /** All of standard output. */
    output: () => printed.join('\n'),
    /** All of standard error. */
    remarks: () => remarks.join('\n'),
    interrupt: () => interruption.abort(),
  }
}
