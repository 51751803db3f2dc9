import type { AccessKeyId } from '../ids.ts'
import { hourMs, minuteMs, plusMs } from '../time.ts'
import {
  hold,
  look,
  propagationMs,
  trailLagMs,
  waitForTrail,
  type LookFirst,
  type RotationState,
  type Step,
  type StepOf,
} from './rotation-step.ts'
import { leaseMs, type RotationPhaseOf } from './rotation.ts'

/** A proven orphan rests Inactive this long before it is deleted. */
export const orphanGraceMs = hourMs

/**
 * A process died between the intent to create a key and the record of its stored secret. While the
 * lease of that process could last, its request may still arrive.
 */
export function afterLostCreate(
  state: RotationState,
  phase: RotationPhaseOf<'creating'>,
): Step | LookFirst {
  const { rotation, seen, now } = state
  const { secretArn, attempt, intendedAt } = phase
  if (seen.stored === undefined) return look({ kind: 'stored-secret', secretArn, attempt })
  if (seen.stored.kind === 'key') {
    const { newKeyId } = seen.stored
    return { kind: 'adopt-stored', secretArn, newKeyId, attempt, recovery: 'stored-adopted' }
  }
  const settled = plusMs(intendedAt, leaseMs + propagationMs)
  if (now < settled) {
    const why = 'IAM lists may still be old'
    return { kind: 'wait', until: settled, why, recovery: 'lists-settle' }
  }
  const fresh = seen.keys.filter((key) => !phase.snapshot.includes(key.accessKeyId))
  const [orphan] = fresh
  if (orphan === undefined) {
    return { kind: 'retry-create', secretArn, attempt: attempt + 1, recovery: 'create-again' }
  }
  const maker = seen.makers.get(orphan.accessKeyId)
  if (maker === undefined) return look({ kind: 'maker', accessKeyId: orphan.accessKeyId })
  if (maker.kind === 'not-found') {
    const proven = plusMs(intendedAt, trailLagMs)
    return now < proven
      ? waitForTrail(now)
      : unproven(`CloudTrail does not say who made ${orphan.accessKeyId}`)
  }
  const prefix = `keynag-${rotation.rotationId}-`
  if (maker.kind === 'other' || !maker.sessionName.startsWith(prefix)) {
    return notOurs(state, `${orphan.accessKeyId} was not made by this rotation`)
  }
  if (orphan.createdAt < intendedAt - minuteMs) {
    return notOurs(state, `${orphan.accessKeyId} is older than the intent to create it`)
  }
  const orphanKeyId = orphan.accessKeyId
  return unusedOrphan(state, {
    kind: 'deactivate-orphan',
    orphanKeyId,
    secretArn,
    attempt,
    recovery: 'orphan-off',
  })
}

/** The next step of the way back from a lost secret. */
export function whileUndoing(
  state: RotationState,
  phase: RotationPhaseOf<'undoing'>,
): Step | LookFirst {
  const { seen, now, entry } = state
  const { secretArn, orphanKeyId, deactivatedAt } = phase
  const orphan = seen.keys.find((key) => key.accessKeyId === orphanKeyId)
  if (deactivatedAt === undefined) {
    const go = {
      kind: 'deactivate-orphan',
      orphanKeyId,
      secretArn,
      attempt: phase.attempt,
      recovery: 'orphan-off-again',
    } as const
    // Not listed: gone, or so new that lists are still old. Only IAM's answer can tell.
    return orphan === undefined ? go : unusedOrphan(state, go)
  }
  const until = plusMs(deactivatedAt, orphanGraceMs)
  if (now < until) {
    // Whatever IAM's lists say meanwhile: they may still be old.
    const why = 'a lost key rests before its deletion'
    return { kind: 'wait', until, why, recovery: 'orphan-rests' }
  }
  if (orphan === undefined) {
    const attempt = phase.attempt + 1
    return { kind: 'retry-create', secretArn, attempt, recovery: 'orphan-gone' }
  }
  if (orphan.status !== 'Inactive') {
    // Who switched it on knows of it, and nobody waits for a replacement any more.
    if (entry.state === 'resolved') return { kind: 'abandon' }
    const why = `${orphanKeyId}, whose secret was lost, is ${orphan.status} again`
    return { ...hold('reactivated', why), recovery: 'orphan-reactivated' }
  }
  return unusedOrphan(state, {
    kind: 'delete-orphan',
    orphanKeyId,
    secretArn,
    attempt: phase.attempt,
    recovery: 'orphan-deleted',
  })
}

/** The owner has settled the matter without the new key, of which nobody was told: undo it. */
export function undoUnwanted(
  state: RotationState,
  { secretArn, attempt }: { readonly secretArn: string; readonly attempt: number },
  orphanKeyId: AccessKeyId,
): Step | LookFirst {
  const isThere = state.seen.keys.some((key) => key.accessKeyId === orphanKeyId)
  if (!isThere) return { kind: 'abandon' }
  const go = { kind: 'deactivate-orphan', orphanKeyId, secretArn, attempt } as const
  return unusedOrphan(state, go)
}

/** Only a new key that was never used is undone. */
export function unusedOrphan(
  state: RotationState,
  go: StepOf<'deactivate-orphan' | 'delete-orphan'>,
): Step | LookFirst {
  const { orphanKeyId } = go
  const used = state.seen.lastUsed.get(orphanKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: orphanKeyId })
  switch (used.kind) {
    case 'never':
      return go
    case 'at':
      return notOurs(state, `${orphanKeyId} has been used`)
    case 'unknown':
      return unproven(`nobody can tell whether ${orphanKeyId} was used: ${used.why}`)
    default:
      return used satisfies never
  }
}

/**
 * A new key that somebody else made, or uses, is left as it is. That holds the old key, unless the old
 * key is no concern any more: then there is nothing left to decide.
 */
const notOurs = ({ entry }: RotationState, why: string): Step =>
  entry.state === 'resolved' ? { kind: 'abandon' } : unproven(why)

const unproven = (why: string): Step => ({
  ...hold('orphan-unproven', why),
  recovery: 'orphan-unproven',
})
