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
  type Seen,
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
  { rotation, seen, now }: RotationState,
  phase: RotationPhaseOf<'creating'>,
): Step | LookFirst {
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
    return unproven(`${orphan.accessKeyId} was not made by this rotation`)
  }
  if (orphan.createdAt < intendedAt - minuteMs) {
    return unproven(`${orphan.accessKeyId} is older than the intent to create it`)
  }
  const orphanKeyId = orphan.accessKeyId
  return unusedOrphan(seen, {
    kind: 'deactivate-orphan',
    orphanKeyId,
    secretArn,
    attempt,
    recovery: 'orphan-off',
  })
}

/** The next step of the way back from a lost secret. */
export function whileUndoing(
  { seen, now }: RotationState,
  phase: RotationPhaseOf<'undoing'>,
): Step | LookFirst {
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
    return orphan === undefined ? go : unusedOrphan(seen, go)
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
    const why = `${orphanKeyId}, whose secret was lost, is ${orphan.status} again`
    return { ...hold('reactivated', why), recovery: 'orphan-reactivated' }
  }
  return unusedOrphan(seen, {
    kind: 'delete-orphan',
    orphanKeyId,
    secretArn,
    attempt: phase.attempt,
    recovery: 'orphan-deleted',
  })
}

/** The owner has settled the matter without the new key, of which nobody was told: undo it. */
export function undoUnwanted(
  { seen }: RotationState,
  { secretArn, attempt }: { readonly secretArn: string; readonly attempt: number },
  orphanKeyId: AccessKeyId,
): Step | LookFirst {
  const isThere = seen.keys.some((key) => key.accessKeyId === orphanKeyId)
  if (!isThere) return { kind: 'abandon' }
  const go = { kind: 'deactivate-orphan', orphanKeyId, secretArn, attempt } as const
  return withoutHold(unusedOrphan(seen, go))
}

/** A hold would hold nothing on a key that is no concern any more: give the rotation up instead. */
export const withoutHold = (step: Step | LookFirst): Step | LookFirst =>
  step.kind === 'hold' ? { kind: 'abandon' } : step

/** Only a new key that was never used is undone. */
export function unusedOrphan(
  seen: Seen,
  go: StepOf<'deactivate-orphan' | 'delete-orphan'>,
): Step | LookFirst {
  const { orphanKeyId } = go
  const used = seen.lastUsed.get(orphanKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: orphanKeyId })
  return used.kind === 'never' ? go : unproven(`${orphanKeyId} has been used, or nobody can tell`)
}

const unproven = (why: string): Step => ({
  ...hold('orphan-unproven', why),
  recovery: 'orphan-unproven',
})
