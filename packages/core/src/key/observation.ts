import type { Entry } from './entry.ts'
import type { FactOf, Sighting } from './fact.ts'

/** What was seen last of the key, its user and its owner. */
export function sightingIn(entry: Entry): Sighting {
  const { status, lastUsed, userName, userPath, owner, policy, audience, replaces } = entry
  const seen = { status, lastUsed, userName, userPath, owner, policy, audience }
  return replaces === undefined ? seen : { ...seen, replaces }
}

/** The fact that this was seen. A key that was off and is on again is announced anew. */
export function observed(entry: Entry, sighting: Sighting): FactOf<'observed'> {
  const isOnAgain = entry.status !== 'Active' && sighting.status === 'Active'
  return { kind: 'observed', sighting, ...(isOnAgain ? { anew: true } : {}) }
}
