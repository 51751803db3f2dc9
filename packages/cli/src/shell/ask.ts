import { permanentWithAdvice } from '@keynag/core'
import type { Shell } from './shell.ts'

/**
 * Asks the person at the terminal, and returns whether they agree.
 *
 * @throws KeynagError `KEYNAG_CONFIRMATION_NEEDED` when nobody is there to ask
 */
export async function agreed(
  shell: Pick<Shell, 'confirm' | 'remark'>,
  question: string,
  { hasDryRun = false }: { readonly hasDryRun?: boolean } = {},
): Promise<boolean> {
  const answer = await shell.confirm(question)
  if (answer === 'unanswerable') {
    throw permanentWithAdvice(
      'KEYNAG_CONFIRMATION_NEEDED',
      'this command asks before it changes something, and nobody is at a terminal; nothing was changed',
      hasDryRun
        ? 'Add --yes to confirm, or --dry-run to see what would happen.'
        : 'Add --yes to confirm.',
    )
  }
  if (answer === 'no') shell.remark('Nothing was changed.')
  return answer === 'yes'
}
