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
import { plural } from '../output/format.ts'
import { type CommandContext, exitCodes } from '../shell/shell.ts'

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

/** An AWS to audit that is none: for a look at the output without an account. */
export interface SandboxAws {
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly externalId: string
  close(): Promise<void>
}

/** Only a checkout has it. */
export type StartSandboxAws = () => Promise<SandboxAws>

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
