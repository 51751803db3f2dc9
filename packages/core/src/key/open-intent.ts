import type { AccessKeyId } from '../ids.ts'
import type { EpochMs } from '../time.ts'
import type { ListedKey } from './access-key.ts'
import type { Entry, EntryState } from './entry.ts'
import { isUndone } from './rollback.ts'
import {
  isTrailComplete,
  look,
  trailedSince,
  waitForTrail,
  type LookFirst,
  type RotationState,
  type Seen,
  type Step,
} from './rotation-step.ts'
import type { Rotation, RotationPhase, RotationPhaseOf } from './rotation.ts'

/**
 * keynag wrote down that it was about to change the old key, and did not record what became of it.
 * The change may have been made or not: only IAM and CloudTrail can tell.
 */
export type OpenIntent = RotationPhaseOf<'deactivating'> | RotationPhaseOf<'deleting'>

/** The rule of a change that a delivery made which then died: the rule of that delivery is lost. */
export const settledRule = 'keynag had made this change, and the answer was lost'

const beforeDeactivation: ReadonlySet<EntryState> = new Set(['nagging', 'escalated', 'issued'])

/**
 * The open intent of this key's rotation. keynag settles it before it asks for policies, modes,
 * holds or a freeze, and no scan and no operator's command concludes anything before.
 */
export function openIntent(rotation: Rotation | undefined, entry: Entry): OpenIntent | undefined {
  if (rotation?.accessKeyId !== entry.accessKeyId) return undefined
  const { phase } = rotation
  if (phase.kind === 'deleting') return entry.state === 'deactivated' ? phase : undefined
  return phase.kind === 'deactivating' &&
    beforeDeactivation.has(entry.state) &&
    !isUndone(rotation, entry)
    ? phase
    : undefined
}

export const isIntent = (phase: RotationPhase): phase is OpenIntent =>
  phase.kind === 'deactivating' || phase.kind === 'deleting'

/** Pure. Finds out what became of an open intent. It only looks and records, and begins nothing. */
export function settling(
  { entry, seen, now }: Pick<RotationState, 'entry' | 'seen' | 'now'>,
  intent: OpenIntent,
): Step | LookFirst {
  const old = seen.keys.find((key) => key.accessKeyId === entry.accessKeyId)
  return intent.kind === 'deactivating'
    ? settlingDeactivation(old, intent, seen, now)
    : settlingDeletion(entry.accessKeyId, old, intent, seen, now)
}

/**
 * The intent is no proof: an Inactive key may be the owner's deed, and an Active key may have been
 * reactivated since. Only CloudTrail can tell, because it names the session of this rotation.
 */
function settlingDeactivation(
  old: ListedKey | undefined,
  { intendedAt, newKeyId }: RotationPhaseOf<'deactivating'>,
  { ownDeactivation }: Seen,
  now: EpochMs,
): Step | LookFirst {
  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }
  if (ownDeactivation === undefined) {
    const since = trailedSince(intendedAt)
    return look({ kind: 'own-deactivation', accessKeyId: old.accessKeyId, since })
  }
  if (ownDeactivation) return { kind: 'record-deactivated', recovery: 'deactivated-unrecorded' }
  if (!isTrailComplete(intendedAt, now)) return waitForTrail(now)
  const before =
    newKeyId === undefined
      ? ({ kind: 'opened' } as const)
      : ({ kind: 'replaced', newKeyId } as const)
  return {
    kind: 'withdraw-intent',
    phase: before,
    recovery: 'deactivate-again',
  }
}

/** The key may be gone because its owner deleted it, before keynag's call or instead of it. */
function settlingDeletion(
  accessKeyId: AccessKeyId,
  old: ListedKey | undefined,
  intent: RotationPhaseOf<'deleting'>,
  { lastCalls }: Seen,
  now: EpochMs,
): Step | LookFirst {
  const { kind: _, intendedAt, ...before } = intent
  if (old !== undefined) {
    const phase = { kind: 'deactivated', ...before } as const
    return { kind: 'withdraw-intent', phase, recovery: 'delete-again' }
  }
  const last = lastCalls?.DeleteAccessKey
  if (last === undefined) return look({ kind: 'last-call', call: 'DeleteAccessKey', accessKeyId })
  if (last.kind === 'session') return { kind: 'record-deleted', recovery: 'deleted-unrecorded' }
  if (last.kind === 'not-found' && !isTrailComplete(intendedAt, now)) return waitForTrail(now)
  return { kind: 'resolve', how: 'deleted-by-owner', recovery: 'deleted-outside' }
}
