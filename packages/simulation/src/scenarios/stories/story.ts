import type { HoldCode, RecoveryRule } from '@keynag/core'
import type { SimUser } from '../../estate.ts'
import type { Scenario } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { addStaleUser, scenario } from '../estate-of.ts'

/**
 * A scenario for one guard or one rule of recovery. It must end without a violation, and everything
 * that it promises here must happen in it.
 */
export interface Story extends Scenario<Simulation> {
  /** What happens, and what keynag does about it. */
  readonly about: string
  readonly recoveries?: readonly RecoveryRule[]
  readonly holds?: readonly HoldCode[]
  /** Transitions that must happen, such as `issued deactivated`. */
  readonly facts?: readonly string[]
  /** Transitions that must not happen. */
  readonly never?: readonly string[]
  /** No delivery may end in an error: nothing happens that a person should read about. */
  readonly isQuiet?: boolean
}

type Fields = Partial<Omit<Story, 'begin' | 'name' | 'about'>> & {
  readonly begin?: (simulation: Simulation, ann: SimUser) => void
}

/** A story about Ann, who has one stale key and does what keynag's messages ask for. */
export const story = (name: string, about: string, { begin, ...fields }: Fields): Story => ({
  ...scenario(name, {
    begin: (simulation) => {
      const { user } = addStaleUser(simulation, 'ann')
      begin?.(simulation, user)
    },
  }),
  about,
  ...fields,
})
