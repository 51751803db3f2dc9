import { permanent } from '@keynag/core'
import type { Shell } from './shell.ts'

/**
 * Asks the person at the terminal, and returns whether they agree.
 *
 * @throws KeynagError `KEYNAG_CONFIRMATION_NEEDED` when nobody is there to ask
 */
export async function agreed(
  shell: Pick<Shell, 'confirm' | 'remark'>,
  question: string,
): Promise<boolean> {
  const answer = await shell.confirm(question)
  if (answer === 'unanswerable') {
    throw permanent(
      'KEYNAG_CONFIRMATION_NEEDED',
      'this command asks before it changes something, and nobody is at a terminal; nothing was changed',
    )
  }
  if (answer === 'no') shell.remark('Nothing was changed.')
  return answer === 'yes'
}
