import type { Clock } from '@keynag/core'

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
