import type { KeynagError, Ledger } from '@keynag/core'
import type { Place } from '../../place.ts'
import { plural } from '../../plural.ts'
import type { CommandContext } from '../../command-context.ts'
import { exitCodes } from '../../shell.ts'

const mostTold = 10

/**
 * The ledger for a report: items that cannot be read are left out and counted, and `finish` says so
 * and ends with 1, so that a report with a gap never looks whole.
 */
export function reportReading(
  place: Pick<Place, 'reportLedger'>,
  { shell, end }: Pick<CommandContext, 'shell' | 'end'>,
): { readonly ledger: Ledger; readonly unreadable: () => number; readonly finish: () => void } {
  const errors = new Map<string, KeynagError>()
  const ledger = place.reportLedger((error) => errors.set(error.message, error))
  return {
    ledger,
    unreadable: () => errors.size,
    finish: () => {
      const [first] = errors.values()
      if (first === undefined) return
      for (const { code, message } of [...errors.values()].slice(0, mostTold)) {
        shell.remark(`${shell.style('red', code)}: ${message}`)
      }
      shell.remark(
        `Left out: ${plural(errors.size, 'item')} that could not be read. ${first.remedy}`,
      )
      end(exitCodes.error)
    },
  }
}
