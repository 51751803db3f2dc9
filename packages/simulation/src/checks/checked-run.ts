import type { EpochMs, Organization } from '@keynag/core'
import type { Books } from '../books.ts'
import type { Estate } from '../estate.ts'
import type { Incident } from '../fault-injector.ts'
import type { Letters } from '../letters.ts'
import type { Queues } from '../queues.ts'
import type { Vault } from '../vault.ts'
import type { Violation } from './violation.ts'

/** What the checks need of the run that they check. */
export interface CheckedRun {
  readonly now: number
  readonly time: EpochMs
  /** The scenario's last day. A run that is at rest earlier would be the same then. */
  readonly lastsUntil: number
  readonly organization: Organization
  readonly estate: Estate
  readonly vault: Vault
  readonly books: Books
  readonly letters: Letters
  readonly queues: Queues
  readonly exemptSince: ReadonlyMap<string, number>
  /** `endsAt`: after this time nothing goes wrong. */
  readonly injector: { readonly incidents: readonly Incident[]; readonly endsAt: number }
  readonly functions: { readonly died: ReadonlySet<string> }
  readonly checks: Findings
}

/** Where the checks write what they find. */
interface Findings {
  readonly issued: Set<string>
  readonly transitions: Set<string>
  readonly trailLate: Set<string>
  violated(invariant: Violation['invariant'], sentence: string): void
}
