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

/** How to reach the AWS resources of a deployed stage, to examine them. */
export interface PlaceInAws {
  readonly settings: ClientSettings
  readonly ledgerTable: string
  /** `undefined` when the options name the resources one by one. */
  readonly stage: string | undefined
  /** `undefined` when only the functions' own variables name the queues. */
  readonly queues:
    | {
        readonly queue: (name: StageQueue) => string
        readonly deadLetters: (name: StageQueue) => string
      }
    | undefined
}

/** One keynag that operators work with: a deployed stage, or what a demo left on disk. */
export interface Place {
  /** A name for people, such as `stage production`. */
  readonly name: string
  readonly clock: Clock
  /** Absent for a sandbox: a demo leaves only its ledger and its queues. */
  readonly aws?: PlaceInAws
  readonly ledger: Ledger
  /** The same ledger for reports, never for decisions: it reports unreadable items and skips them. */
  readonly reportLedger: (onUnreadable: (error: KeynagError) => void) => Ledger
  readonly queues: () => Promise<DeadLetterQueues>
  /** The settings that apply there. */
  readonly organization: Organization
  /** Who runs the command, for the facts in the ledger. */
  readonly operator: () => Promise<string>
  /** The member accounts; a sandbox has none. */
  readonly members?:
    | (() => { readonly iam: IamReader; readonly mutations: KeyMutations })
    | undefined
  close(): Promise<void>
}

/** A place without what needs a configuration file, STS or a network besides the table's. */
export type LedgerPlace = Pick<Place, 'name' | 'clock' | 'ledger' | 'close'>

/** Opens what the demo left in a folder. Absent outside a checkout. */
export type OpenSandbox = (folder: string) => Promise<Place>

/** A simulated AWS to audit, so that people can see the output without an AWS account. */
export interface SandboxAws {
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly externalId: string
  close(): Promise<void>
}

/** Starts the simulated AWS. Absent outside a checkout. */
export type StartSandboxAws = () => Promise<SandboxAws>
