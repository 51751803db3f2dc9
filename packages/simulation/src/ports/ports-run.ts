import type { EpochMs, Ledger, RecoveryRule } from '@keynag/core'
import type { Books } from '../books.ts'
import type { Checks } from '../checks/checks.ts'
import type { Estate } from '../estate.ts'
import type { Letters } from '../letters.ts'
import type { Queues } from '../queues.ts'
import type { Reads } from '../reads.ts'
import type { Vault } from '../vault.ts'

/** What the ports need of the run that they belong to. */
export interface PortsRun {
  readonly now: number
  readonly time: EpochMs
  readonly estate: Estate
  readonly reads: Reads
  readonly vault: Vault
  readonly ledger: Ledger
  readonly books: Books
  readonly letters: Letters
  readonly queues: Queues
  readonly checks: Checks
  readonly unreachable: ReadonlySet<string>
  readonly bouncing: ReadonlyMap<string, number>
  readonly answering: ReadonlySet<string>
  readonly recoveries: Set<RecoveryRule>
  readonly staleListMs: number
  readonly keysPerLetter: number
  uuid(): string
  later(afterMs: number, what: () => void): void
}
