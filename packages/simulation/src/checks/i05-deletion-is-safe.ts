import {
  changeSessionOf,
  dayMs,
  noPolicy,
  orphanGraceMs,
  propagationMs,
  trailDays,
  type RotationId,
} from '@keynag/core'
import { lags, type SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, wasUsedVisibly, type Change, type Mutation } from './mutation.ts'

/** I5: keynag deletes only Inactive keys. It cannot know of a change after its last look. */
export function checkKeyIsInactive({ simulation, invocation }: Change, key: SimKey): void {
  const last = key.events.findLast(({ what }) => what !== 'created')
  const lookedAt = invocation.lastListAt - lags.staleList
  const activatedAt = last?.what === 'activated' ? last.at : undefined
  if (last === undefined || (activatedAt !== undefined && activatedAt <= lookedAt)) {
    simulation.checks.violated('I5', `${key.id} was deleted while it was Active`)
  }
}

/** I5: the recovery grace runs from the recorded deactivation, and nobody uses the key in it. */
export function checkRecoveryGrace({ simulation, invocation, entry }: Mutation, key: SimKey): void {
  const { books, checks, now } = simulation
  const facts = books.factsOf(key.id)
  const recorded = facts.findLast(({ fact }) => fact.kind === 'deactivated')
  const enforce = enforcementOf(invocation.organization, entry)
  const grace =
    enforce !== undefined && 'recoveryGraceDays' in enforce ? enforce.recoveryGraceDays : Infinity
  if (recorded === undefined || now - recorded.at < grace * dayMs) {
    checks.violated('I5', `${key.id} was deleted before its recovery grace was over`)
  }
  if (wasUsedVisibly(key, invocation, (recorded?.at ?? 0) + propagationMs)) {
    checks.violated('I5', `${key.id} was deleted although it was used after its deactivation`)
  }
}

/** I5: nobody has changed the key since keynag deactivated it, as far as CloudTrail showed that. */
export function checkNobodyChangedIt({ simulation, invocation }: Mutation, key: SimKey): void {
  const shownAt = invocation.startedAt - lags.trail
  const last = key.calls.findLast(({ name, at }) => name === 'UpdateAccessKey' && at <= shownAt)
  const isShown = last !== undefined && last.at > simulation.now - trailDays * dayMs
  if (isShown && last.session === undefined) {
    simulation.checks.violated('I5', `${key.id} was deleted after a person had changed it`)
  }
}

/** I5: keynag deletes a replaced key only while its owner has the new key, or can fetch it. */
export function checkReplacementIsInReach({ simulation, invocation, entry }: Mutation): void {
  const { checks, estate, vault } = simulation
  const { handover } = entry
  if (handover?.secretArn === undefined || handover.retiredAt !== undefined) return
  const { id, deletedAt, uses } = estate.key(handover.replacementKeyId)
  const isHad = uses.length > 0 || vault.fetchesOf(id).length > 0
  if (deletedAt !== undefined || isHad) return
  if (!vault.wasReadable(id, invocation.startedAt)) {
    checks.violated('I5', `${entry.accessKeyId} was deleted, and nobody can fetch ${id}`)
  }
}

/** I5: keynag records a deactivation as its own only when this rotation made the call. */
export function checkDeactivationIsOurs(
  { checks, estate }: CheckedRun,
  accessKeyId: string,
  rotationId: RotationId,
): void {
  const key = estate.key(accessKeyId)
  if (
    !key.calls.some(
      ({ session, to }) => to === 'Inactive' && session === changeSessionOf(rotationId),
    )
  ) {
    checks.violated('I5', `${key.id} was recorded as deactivated, and keynag did not do that`)
  }
}

/** I5: an orphan is Inactive for an hour before keynag deletes it. */
export function checkOrphanRested({ simulation }: Change, key: SimKey): void {
  const last = key.events.findLast(({ what }) => what !== 'created')
  if (last?.what === 'deactivated' && simulation.now - last.at < orphanGraceMs) {
    simulation.checks.violated('I5', `${key.id} was deleted too soon after its deactivation`)
  }
}

/** I5's only exception: this rotation created the key, nobody has its secret, nobody used it. */
export function checkOrphan({ simulation, invocation, rotation }: Change, key: SimKey): void {
  const { books, checks, vault } = simulation
  // Where the owner has settled the old key, or no policy covers the user any more, the rotation undoes
  // its new key, stored or not.
  const entry = books.entries.get(rotation.accessKeyId)
  const mustKeepStored = entry?.state !== 'resolved' && entry?.policy !== noPolicy
  if (key.session?.startsWith(`keynag-${rotation.rotationId}-`) !== true) {
    checks.violated('I5', `${key.id} was changed, and this rotation did not create it`)
  } else if (checks.issued.has(key.id)) {
    checks.violated('I5', `${key.id} was changed after it was issued`)
  } else if (
    mustKeepStored &&
    key.status === 'Active' &&
    vault.holds(key.id, invocation.lastEffectAt)
  ) {
    checks.violated('I5', `${key.id} was undone although its secret is stored`)
  } else if (key.uses.some((use) => use <= invocation.startedAt - lags.lastUsed)) {
    checks.violated('I5', `${key.id} was undone although somebody uses it`)
  }
}

/**
 * I5: where the policy replaces keys, the user has another key that works when keynag deletes the old
 * one, unless an operator has released the hold about that.
 */
export function checkUserHasAKey({ simulation, invocation, entry }: Mutation, key: SimKey): void {
  const { books, checks } = simulation
  const { handover } = entry
  const enforce = enforcementOf(invocation.organization, entry)
  if (enforce?.kind !== 'rotate' || handover === undefined) return
  const facts = books.factsOf(key.id).map(({ fact }) => fact)
  const held = facts.findLastIndex(
    (fact) => fact.kind === 'held' && fact.code === 'replacement-gone',
  )
  if (held >= 0 && facts.slice(held).some(({ kind }) => kind === 'released')) return
  // What happened after this time could not be seen.
  const seenAt = invocation.lastListAt - lags.staleList
  const works = key.user.keys.some(
    ({ id, status, events, deletedAt, uses }) =>
      id !== key.id &&
      (id === handover.replacementKeyId || uses.length > 0) &&
      ((deletedAt === undefined && status === 'Active') || (events.at(-1)?.at ?? 0) > seenAt),
  )
  if (!works)
    checks.violated('I5', `${key.id} was deleted, and its user has no other key that works`)
}

/** I5: a hold stops every change. */
export function checkNotHeld({ simulation, invocation, entry, what }: Mutation): void {
  if (entry.hold !== undefined && entry.hold.since < invocation.lastEntryAt) {
    simulation.checks.violated('I5', `${what} of ${entry.accessKeyId}, which is held`)
  }
}
