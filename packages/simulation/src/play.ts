import type { RecoveryRule } from '@keynag/core'
import type { Caller, CallFault, FaultKind, FaultPlan, Operation } from './faults.ts'
import { Simulation, type Befallen, type Scenario } from './simulation.ts'
import type { Violation } from './key-watch.ts'

/** What one run left behind. */
export interface Played {
  readonly steps: number
  readonly violations: readonly Violation[]
  readonly befallen: readonly Befallen[]
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly transitions: ReadonlySet<string>
  readonly recoveries: ReadonlySet<RecoveryRule>
  readonly holds: ReadonlySet<string>
  /** Deliveries that ended in an error. */
  readonly failed: number
}

export async function play(scenario: Scenario, seed: number, plan: FaultPlan): Promise<Played> {
  const simulation = new Simulation(scenario, seed, plan)
  await simulation.play()
  const { steps, befallen, faults, recoveries, watch, failed } = simulation
  const { violations, transitions, holds } = watch
  return { steps, befallen, faults, recoveries, violations, transitions, holds, failed }
}

/** A place in a run at which it may crash, or an answer be lost. */
export interface Point {
  readonly index: number
  readonly fault: Extract<CallFault, { kind: 'crash-before' | 'crash-after' | 'lost' }>
  /**
   * Points with the same class leave the same world behind: a function that dies between two of its
   * writes dies alike wherever that is.
   */
  readonly class: string
}

/** Plays the story with these faults, and lists the points of the run from `from` on. */
export async function pointsOf(
  scenario: Scenario,
  faults: ReadonlyMap<number, CallFault>,
  from: number,
): Promise<{ readonly points: readonly Point[]; readonly played: Played }> {
  const points: Point[] = []
  const writes = new Map<Caller, { readonly id: number; done: number }>()
  const plan: FaultPlan = {
    onCall(index, operation, caller) {
      const fault = faults.get(index)
      const of = writes.get(caller) ?? { id: writes.size, done: 0 }
      writes.set(caller, of)
      if (index >= from) points.push(...pointsAt(index, operation, of))
      if (operation.kind === 'write') of.done += 1
      return fault
    },
    onMessage: () => undefined,
  }
  return { played: await play(scenario, 1, plan), points }
}

function pointsAt(
  index: number,
  { kind }: Operation,
  { id, done }: { readonly id: number; readonly done: number },
): readonly Point[] {
  const after = kind === 'write' ? done + 1 : done
  const crashes: readonly Point[] = [
    { index, fault: { kind: 'crash-before' }, class: `crash ${id} ${done}` },
    { index, fault: { kind: 'crash-after' }, class: `crash ${id} ${after}` },
  ]
  return kind === 'wait'
    ? crashes
    : [...crashes, { index, fault: { kind: 'lost' }, class: `lost ${index}` }]
}
