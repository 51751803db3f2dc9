import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { epochMs } from '@keynag/core'
import { exitCodes, readerGone, type Shell } from './shell.ts'

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
