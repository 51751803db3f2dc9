import { KeynagError } from '@keynag/core'
import type { Shell } from './shell.ts'

/**
 * Says what went wrong: a stable code, a sentence, what to do. Anything but a KeynagError is a bug,
 * and its stack is shown only where somebody asked for it.
 */
export function reportFailure(error: unknown, shell: Shell): void {
  if (error instanceof KeynagError) {
    shell.remark(`${shell.style('red', error.code)}: ${error.message}`)
    shell.remark(error.remedy)
    return
  }
  const sentence = error instanceof Error ? error.message : String(error)
  shell.remark(`${shell.style('red', 'KEYNAG_UNEXPECTED')}: ${sentence}`)
  shell.remark('This is a bug: set KEYNAG_DEBUG=1 for its stack, and report it to us.')
  if (shell.env.KEYNAG_DEBUG !== undefined && error instanceof Error) {
    shell.remark(error.stack ?? '')
  }
}
