import { KeynagError } from '@keynag/core'
import type { Telemetry } from './ports.ts'

/** Tells the operators of an item of the ledger that cannot be read, and that keynag goes on without. */
export const ledgerItemUnreadable =
  (telemetry: Telemetry) =>
  ({ message, code, remedy }: KeynagError): void => {
    telemetry.error(message, { code, remedy })
    telemetry.count('LedgerItemsUnreadable', 1)
  }

export const isUnreadable = (error: unknown): error is KeynagError =>
  error instanceof KeynagError && error.code === 'KEYNAG_LEDGER_ITEM_UNREADABLE'
