import type { ClientSettings } from '@keynag/aws'
import type {
  Clock,
  DeadLetterQueues,
  IamReader,
  KeyMutations,
  KeynagError,
  Ledger,
  Organization,
  StageQueue,
} from '@keynag/core'

/** The AWS that a deployed stage is in, to look at the resources themselves. */
export interface PlaceInAws {
  readonly settings: ClientSettings
  readonly ledgerTable: string
  /** `undefined` where resources were named one by one. */
  readonly stage: string | undefined
  /** `undefined` where only the functions' own variables say where the queues are. */
  readonly queues:
    | {
        readonly queue: (name: StageQueue) => string
        readonly deadLetters: (name: StageQueue) => string
      }
    | undefined
}

/** One keynag that operators look at: a deployed stage, or what a demo left on disk. */
export interface Place {
  /** For people, such as `stage production`. */
  readonly name: string
  readonly clock: Clock
  /** Absent for what a demo left: there is nothing but its ledger and its queues. */
  readonly aws?: PlaceInAws
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
