import {
  evolve,
  schedule,
  type AccessKeyId,
  type EpochMs,
  type Fact,
  type Write,
} from '@keynag/core'
import type { Simulation } from './simulation.ts'

/** An operator freezes keynag, or ends the freeze. */
export async function freeze(simulation: Simulation, isOn: boolean): Promise<void> {
  const freeze = isOn ? { since: simulation.time, by: 'olga', why: 'incident 7' } : undefined
  await simulation.ledger.setFreeze(freeze)
  simulation.books.freeze = freeze === undefined ? undefined : { ...freeze, at: simulation.now }
}

/** An operator writes a fact about a key, on top of the entry as it is now. */
export async function operate(
  simulation: Simulation,
  accessKeyId: AccessKeyId,
  factFor: (now: EpochMs) => Fact,
): Promise<void> {
  const before = await simulation.ledger.entry(accessKeyId)
  if (before === undefined) return
  const { time, organization } = simulation
  const fact = factFor(time)
  if (fact.kind === 'exempted') simulation.exemptSince.set(accessKeyId, simulation.now)
  const after = schedule(evolve(before, fact, time), organization.policies, time)
  const actor = { kind: 'operator', name: 'olga' } as const
  const writes: Write[] = [{ kind: 'entry', before, after, fact, actor }]
  const committed = await simulation.ledger.commit(writes)
  if (committed.kind === 'committed') simulation.checks.committed(undefined, writes)
}
