import type { RecoveryRule } from '@keynag/core'
import type { Violation } from './checks/violation.ts'
import type { Incident } from './fault-injector.ts'
import type { Caller, CallFault, FaultKind, FaultPlan, Operation } from './faults.ts'
import type { Scenario } from './scenario.ts'
import { Simulation } from './simulation.ts'

/** The result of one run. */
export interface Played {
  readonly steps: number
  readonly violations: readonly Violation[]
  readonly incidents: readonly Incident[]
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly transitions: ReadonlySet<string>
  readonly recoveries: ReadonlySet<RecoveryRule>
  readonly holds: ReadonlySet<string>
  /** Deliveries that ended in an error. */
  readonly failed: number
}

export async function play(
  scenario: Scenario<Simulation>,
  seed: number,
  plan: FaultPlan,
): Promise<Played> {
  const simulation = new Simulation(scenario, seed, plan)
  await simulation.play()
  const { injector, checks, functions, recoveries } = simulation
  const { incidents, calls, counts } = injector
  const { violations, transitions, holds } = checks
  return {
    steps: calls,
    incidents,
    faults: counts,
    recoveries,
    violations,
    transitions,
    holds,
    failed: functions.failed,
  }
}

/** One fault at one call of a run. */
export interface Point {
  readonly index: number
  readonly fault: Extract<CallFault, { kind: 'crash-before' | 'crash-after' | 'lost' }>
  /**
   * Points of the same class have the same consequences: if a function dies between two of its
   * writes, it does not matter at which call between them.
   */
  readonly class: string
}

/** Plays the scenario with these faults, and lists the run's points from call `from` on. */
export async function pointsOf(
  scenario: Scenario<Simulation>,
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
