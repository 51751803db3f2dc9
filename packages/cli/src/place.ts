import type {
  Clock,
  DeadLetterQueues,
  IamReader,
  KeyMutations,
  KeynagError,
  Ledger,
  Organization,
} from '@keynag/core'

/** One keynag that operators look at: a deployed stage, or what a demo left on disk. */
export interface Place {
  /** For people, such as `stage production`. */
  readonly name: string
  readonly clock: Clock
  readonly ledger: Ledger
  /** The same for reports, never for decisions: what cannot be read is told of and left out. */
  readonly reportLedger: (onUnreadable: (error: KeynagError) => void) => Ledger
  readonly queues: () => Promise<DeadLetterQueues>
  /** The settings in force there. */
  readonly organization: Organization
  /** Who is at work here, for the record. */
  readonly operator: () => Promise<string>
  /** The member accounts; a sandbox has none. */
  readonly members?:
    | (() => { readonly iam: IamReader; readonly mutations: KeyMutations })
    | undefined
  close(): Promise<void>
}

/** Opens what the demo left in a folder; only a checkout has it. */
export type OpenSandbox = (folder: string) => Promise<Place>
