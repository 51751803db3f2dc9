import { epochMs, type Message, type Organization } from '@keynag/core'
import type { CallFault } from './faults.ts'
import type { Letter } from './letters.ts'

/** A Monday, an hour before the first scan. */
export const startsAt = epochMs(Date.UTC(2026, 0, 5, 4))

/** Who lives in the estate, what they do, and how long it takes at most. `Run` is the simulation. */
export interface Scenario<Run> {
  readonly name: string
  readonly organization: Organization
  readonly days: number
  /** Fills the estate and puts what people will do on the agenda. */
  readonly begin: (simulation: Run) => void
  readonly onLetter?: (simulation: Run, letter: Letter, message: Message) => void
  /** How far a stale list lags behind. Default: a minute. */
  readonly staleListMs?: number
  /**
   * Whether a change of status moves the date of a key in the credential report. AWS describes it as
   * the time when the key "was created or last changed". Default: false.
   */
  readonly statusChangeMovesDate?: boolean
  /** How many keys a message has room to name. Default: as many as its channel has room for. */
  readonly keysPerLetter?: number
  /** What happens at chosen calls. */
  readonly script?: readonly Cue<Run>[]
}

/** Something that happens right before a port call takes effect. */
export interface Cue<Run> {
  /** Such as `mutations.create`, or `rotate ledger.freeze` for calls of that function only. */
  readonly at: string
  /** Which of the matching calls, counted from 1. Default: all of them. */
  readonly nth?: number
  /** A call matches only if this is true. */
  readonly when?: (simulation: Run) => boolean
  readonly fault?: CallFault
  readonly deed?: (simulation: Run) => void | Promise<void>
}
