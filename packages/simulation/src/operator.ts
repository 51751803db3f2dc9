import {
  evolve,
  freezeScopeText,
  schedule,
  type AccessKeyId,
  type EpochMs,
  type Fact,
  type FreezeScope,
  type Write,
} from '@keynag/core'
import { endFreeze, startFreeze } from '@keynag/engine'
import type { Simulation } from './simulation.ts'

const everything: FreezeScope = { kind: 'all' }

/** An operator freezes keynag, unless it is frozen already. */
export async function freeze(simulation: Simulation, scope = everything): Promise<void> {
  const { books, now } = simulation
  const { kind } = await startFreeze(portsOf(simulation), scope, { by: 'olga', why: 'incident 7' })
  if (kind === 'started') books.freezes.set(freezeScopeText(scope), { scope, at: now })
}

/** An operator ends the freeze, if there is one. */
export async function unfreeze(simulation: Simulation, scope = everything): Promise<void> {
  await endFreeze(portsOf(simulation), scope, { by: 'otto', why: 'it is over' })
  simulation.books.freezes.delete(freezeScopeText(scope))
}

export async function endAllFreezes(simulation: Simulation): Promise<void> {
  for (const { scope } of await simulation.ledger.freezes()) await unfreeze(simulation, scope)
}

const portsOf = ({ ledger, time }: Simulation) => ({ ledger, clock: { now: () => time } })

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
