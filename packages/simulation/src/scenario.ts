import { epochMs, type Message, type Organization } from '@keynag/core'
import type { CallFault } from './faults.ts'
import type { Letter } from './letters.ts'
import type { Simulation } from './simulation.ts'

/** A Monday, an hour before the first scan. */
export const startsAt = epochMs(Date.UTC(2026, 0, 5, 4))

/** Who lives in the estate, what they do, and how long it takes at most. */
export interface Scenario {
  readonly name: string
  readonly organization: Organization
  readonly days: number
  /** Fills the estate and puts what people will do on the agenda. */
  readonly begin: (simulation: Simulation) => void
  readonly onLetter?: (simulation: Simulation, letter: Letter, message: Message) => void
  /** How far a stale list lags behind. Default: a minute. */
  readonly staleListMs?: number
  /** What happens at chosen calls. */
  readonly script?: readonly Cue[]
}

/** Something that happens right before a port call takes effect. */
export interface Cue {
  /** Such as `mutations.create`, or `rotate ledger.freeze` for calls of that function only. */
  readonly at: string
  /** Which of the matching calls, counted from 1. Default: all of them. */
  readonly nth?: number
  /** A call matches only if this is true. */
  readonly when?: (simulation: Simulation) => boolean
  readonly fault?: CallFault
  readonly deed?: (simulation: Simulation) => void | Promise<void>
}
