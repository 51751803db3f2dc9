import { dayMs } from '@keynag/core'
import type { SimKey } from '../estate.ts'
import { enforcementOf, visibleSince, wasUsedVisibly, type Mutation } from './mutation.ts'

/** I4: under `rotate`, another key of the user is Active, and it was used, or its owner has it or can fetch it. */
export function checkReplacementWorks(mutation: Mutation, old: SimKey): void {
  const { simulation, invocation, entry } = mutation
  const { checks, vault } = simulation
  if (enforcementOf(invocation.organization, entry)?.kind !== 'rotate') return
  const seen = visibleSince(invocation)
  const isInReach = ({ id }: SimKey): boolean =>
    vault.fetchesOf(id).length > 0 || vault.wasReadable(id, invocation.startedAt)
  const works = (key: SimKey): boolean =>
    key !== old &&
    (key.deletedAt ?? Infinity) > seen &&
    (key.status === 'Active' || (key.events.at(-1)?.at ?? 0) > seen) &&
    (key.uses.length > 0 || (key.testedAt !== undefined && isInReach(key)))
  if (!old.user.keys.some(works)) {
    checks.violated('I4', `${old.id} was deactivated, and its user has no other working key`)
  }
}

/** I4: a key in use is deactivated only after its owner fetched the replacement, or has used it. */
export function checkReplacementIsFetched(mutation: Mutation, old: SimKey): void {
  const { simulation, invocation, entry } = mutation
  const { checks, now, organization, vault } = simulation
  const enforce = enforcementOf(organization, entry)
  if (enforce?.kind !== 'rotate') return
  if (!wasUsedVisibly(old, invocation, now - enforce.inUseDays * dayMs)) return
  const isHad = ({ id, uses }: SimKey): boolean => uses.length > 0 || vault.fetchesOf(id).length > 0
  if (!old.user.keys.some((key) => key !== old && isHad(key))) {
    checks.violated(
      'I4',
      `${old.id} was deactivated in use, and nobody has fetched its replacement`,
    )
  }
}
