import type { SimKey } from '../estate.ts'
import { enforcementOf, visibleSince, type Mutation } from './mutation.ts'

/** I4: under `rotate`, another key of the user is Active, and it was used, or its owner can fetch it. */
export function checkReplacementWorks(mutation: Mutation, old: SimKey): void {
  const { simulation, invocation, entry } = mutation
  const { checks, organization, vault } = simulation
  if (enforcementOf(organization, entry)?.kind !== 'rotate') return
  const seen = visibleSince(invocation)
  const works = (key: SimKey): boolean =>
    key !== old &&
    (key.deletedAt ?? Infinity) > seen &&
    (key.status === 'Active' || (key.events.at(-1)?.at ?? 0) > seen) &&
    (key.uses.length > 0 ||
      (key.testedAt !== undefined && vault.wasReadable(key.id, invocation.startedAt)))
  if (!old.user.keys.some(works)) {
    checks.violated('I4', `${old.id} was deactivated, and its user has no other working key`)
  }
}
