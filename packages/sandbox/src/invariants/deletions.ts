import { dayMs, policyNamed } from '@keynag/core'
import {
  byKeynag,
  dayOf,
  isDeactivation,
  isReactivation,
  keyHistories,
  type Check,
} from './invariant.ts'

/**
 * I5: only what keynag deactivated, that stayed Inactive, after the full recovery grace. The one
 * exception is a new key whose secret was lost: made by keynag, never used.
 */
export const deletedOnlyAfterGrace: Check = ({ world, organization, entries }) => {
  const violations = []
  for (const [accessKeyId, events] of keyHistories(world)) {
    const deletion = events.find((event) => event.kind === 'key-deleted' && byKeynag(event))
    if (deletion === undefined) continue
    const madeByKeynag = events.some((event) => event.kind === 'key-created' && byKeynag(event))
    const used = events.some((event) => event.kind === 'key-used')
    if (madeByKeynag && !used) continue
    const before = events.filter((event) => event.seq < deletion.seq)
    const last = before.findLast((event) => isDeactivation(event) || isReactivation(event))
    const entry = entries.find((each) => each.accessKeyId === accessKeyId)
    const enforce = policyNamed(organization.policies, entry?.policy ?? '')?.enforce
    const grace =
      enforce !== undefined && 'recoveryGraceDays' in enforce ? enforce.recoveryGraceDays : Infinity
    const sentence =
      last === undefined || !isDeactivation(last)
        ? 'was deleted while Active'
        : !byKeynag(last)
          ? 'was deleted although somebody else had deactivated it'
          : deletion.atMs - last.atMs < grace * dayMs
            ? `was deleted on ${dayOf(deletion.atMs)}, deactivated only on ${dayOf(last.atMs)}`
            : undefined
    if (sentence !== undefined) violations.push(`${accessKeyId} ${sentence}`)
  }
  return violations
}

/** I3: never more than two keys, and no key deleted in the same rotation to make room for one. */
export const neverMoreThanTwoKeys: Check = ({ world }) => {
  const violations = []
  const held = new Map<string, Set<string>>()
  for (const account of world.organization.accounts.values()) {
    for (const user of account.users.sorted) {
      held.set(user.id, new Set(user.keys.filter((key) => key.exists.latest).map((key) => key.id)))
    }
  }
  for (const [userId, keys] of held) {
    if (keys.size > 2) violations.push(`user ${userId} has ${keys.size} keys`)
  }
  return violations
}
