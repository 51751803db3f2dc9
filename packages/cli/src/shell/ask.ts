import { permanent } from '@keynag/core'
import type { Shell } from './shell.ts'

/**
 * Whether the person agrees.
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
      'nobody is at a terminal to ask; nothing was changed',
    )
  }
  if (answer === 'no') shell.remark('Nothing was changed.')
  return answer === 'yes'
}
