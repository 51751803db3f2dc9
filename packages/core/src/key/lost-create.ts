import type { AccessKeyId } from '../ids.ts'
import { hourMs, minuteMs, plusDays, plusMs, type EpochMs } from '../time.ts'
import type { LastUsed } from './access-key.ts'
import {
  hold,
  look,
  propagationMs,
  trailDays,
  trailedSince,
  trailLagMs,
  waitForTrail,
  type LookFirst,
  type RotationState,
  type Step,
  type StepOf,
} from './rotation-step.ts'
import { leaseMs, type RotationPhaseOf } from './rotation.ts'

type Undoing = StepOf<'deactivate-orphan' | 'delete-orphan'>

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
      ...testOf(phase),
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
    ...testOf(phase),
    recovery: 'orphan-deleted',
  })
}

/** The owner has settled the matter without the new key, of which nobody was told: undo it. */
export function undoUnwanted(
  state: RotationState,
  phase: RotationPhaseOf<'creating' | 'stored'>,
  orphanKeyId: AccessKeyId,
): Step | LookFirst {
  const isThere = state.seen.keys.some((key) => key.accessKeyId === orphanKeyId)
  if (!isThere) return { kind: 'abandon' }
  const { secretArn, attempt } = phase
  const tested = phase.kind === 'stored' ? testOf(phase) : {}
  const go = { kind: 'deactivate-orphan', orphanKeyId, secretArn, attempt, ...tested } as const
  return unusedOrphan(state, go)
}

/** When keynag tested the key, for whoever has to tell its test from a use. */
export const testOf = ({ testedAt }: RotationPhaseOf<'stored' | 'undoing'>) =>
  testedAt === undefined ? {} : { testedAt }

/** Only a new key that nobody has used, apart from keynag's own test, is undone. */
export function unusedOrphan(state: RotationState, go: Undoing): Step | LookFirst {
  const { orphanKeyId } = go
  const used = state.seen.lastUsed.get(orphanKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: orphanKeyId })
  switch (used.kind) {
    case 'never':
      return go
    case 'at':
      return isLikeTest(used, go.testedAt)
        ? unlessFetched(state, go, go.testedAt)
        : notOurs(state, `${orphanKeyId} has been used`)
    case 'unknown':
      return unproven(`nobody can tell whether ${orphanKeyId} was used: ${used.why}`)
    default:
      return used satisfies never
  }
}

/** The test is a call of STS, and ends with the lease under which it began. */
const isLikeTest = (
  used: LastUsed & { kind: 'at' },
  testedAt: EpochMs | undefined,
): testedAt is EpochMs =>
  testedAt !== undefined && used.service === 'sts' && used.at <= plusMs(testedAt, leaseMs)

/** Of several uses in this time IAM may show only the first (IAM User Guide, credential reports). */
const shownSpanMs = 15 * minuteMs

/**
 * keynag's test hides a use by somebody else before it, or soon after it. Only a user who has fetched
 * the secret can have used the key, and CloudTrail shows whether anybody did in that time.
 */
function unlessFetched(state: RotationState, go: Undoing, testedAt: EpochMs): Step | LookFirst {
  const { seen, now } = state
  const { orphanKeyId, secretArn } = go
  const made = seen.keys.find(({ accessKeyId }) => accessKeyId === orphanKeyId)
  if (made === undefined || now >= plusDays(made.createdAt, trailDays)) {
    return unproven(`nobody can tell who has used ${orphanKeyId}`)
  }
  if (seen.isFetched === undefined) {
    return look({ kind: 'fetched', secretArn, since: trailedSince(made.createdAt) })
  }
  if (seen.isFetched) return notOurs(state, `its user has fetched ${orphanKeyId}`)
  const until = plusMs(testedAt, leaseMs + shownSpanMs + trailLagMs)
  const why = 'CloudTrail may not show yet who has fetched the new key'
  return now < until ? { kind: 'wait', until, why, recovery: 'trail-awaited' } : go
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
