import type { Entry } from '@keynag/core'
import type { SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'
import { visibleSince, type Mutation } from './mutation.ts'

/** I6: keynag does not deactivate a reactivated key again before an operator releases it. */
export function checkNotDeactivatedAgain({ simulation, invocation }: Mutation, key: SimKey): void {
  // CloudTrail had not shown keynag's own deactivation yet, so the function could not know.
  if (simulation.checks.trailLate.has(key.id)) return
  const facts = simulation.books.factsOf(key.id)
  const release = facts.findLast(
    ({ fact }) => fact.kind === 'released' || fact.kind === 'reactivation-accepted',
  )
  const releasedAt = release?.at ?? 0
  const ours = key.events.find(({ what, by }) => what === 'deactivated' && by === 'keynag')
  const deactivatedAt = ours?.at ?? Infinity
  const seen = visibleSince(invocation)
  const isReactivated = key.events.some(
    ({ what, at }) => what === 'activated' && at > deactivatedAt && at <= seen && at > releasedAt,
  )
  if (isReactivated) simulation.checks.violated('I6', `${key.id} was deactivated again`)
}

/** I6: a hold for a reactivation is true. */
export function checkReactivationHappened({ checks, estate }: CheckedRun, entry: Entry): void {
  if (entry.hold?.code !== 'reactivated' || entry.state !== 'deactivated') return
  const key = estate.key(entry.accessKeyId)
  if (!key.calls.some(({ to, session }) => to !== undefined && session === undefined)) {
    checks.violated('I6', `${key.id} was held as reactivated, and nobody changed it`)
  }
}
