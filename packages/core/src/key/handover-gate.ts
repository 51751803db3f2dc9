import type { AccessKeyId } from '../ids.ts'
import type { ArmedEnforcement } from '../policy/policy.ts'
import { dayMs, isoTime } from '../time.ts'
import type { LastUsed } from './access-key.ts'
import type { Handover } from './entry.ts'
import { hold, look, type LookFirst, type RotationState, type Step } from './rotation-step.ts'
import type { RotationPhaseOf } from './rotation.ts'

/**
 * Whether a program has used the replacement, so that its owner surely has it. keynag's own test of
 * the new key, before it was issued, counts as a use to IAM.
 */
export const isInstalled = (
  { issuedAt, firstIssuedAt = issuedAt }: Handover,
  used: LastUsed,
): boolean => used.kind === 'at' && used.at > firstIssuedAt

/** The hand-over that the owner may still need. */
function openHandover({ entry }: RotationState) {
  const { handover } = entry
  // Without a secret the owner made the replacement. keynag retires the secret of a used key only.
  return handover?.secretArn === undefined || handover.retiredAt !== undefined
    ? undefined
    : { ...handover, secretArn: handover.secretArn }
}

type OpenHandover = NonNullable<ReturnType<typeof openHandover>>

/** Whether the owner surely has the replacement: a program used it, or the user fetched it. */
function isHad({ seen }: RotationState, handover: OpenHandover): boolean | LookFirst {
  const { replacementKeyId, secretArn, issuedAt } = handover
  const used = seen.lastUsed.get(replacementKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: replacementKeyId })
  if (isInstalled(handover, used)) return true
  // The owner may have fetched it before it was offered anew.
  const made = seen.keys.find(({ accessKeyId }) => accessKeyId === replacementKeyId)
  const since = made?.createdAt ?? issuedAt
  return seen.isFetched ?? look({ kind: 'fetched', secretArn, since })
}

/**
 * Before the old key is taken away, its owner has the replacement or can fetch it. People may have
 * deleted the hand-over secret, or have put something else into it.
 */
export function unlessInReach(state: RotationState): Step | LookFirst | undefined {
  const { seen } = state
  const handover = openHandover(state)
  if (handover === undefined) return undefined
  const { secretArn, replacementKeyId } = handover
  if (!seen.keys.some(({ accessKeyId }) => accessKeyId === replacementKeyId)) return undefined
  const { offered } = seen
  if (offered === undefined) return look({ kind: 'offered-secret', secretArn })
  if (offered.kind === 'key' && offered.newKeyId === replacementKeyId) return undefined
  const had = isHad(state, handover)
  if (had === true) return undefined
  if (had !== false) return had
  const why = offered.kind === 'gone' ? offered.why : 'it holds something else now'
  return hold(
    'handover-gone',
    `nobody can fetch the replacement ${replacementKeyId} from ${secretArn}: ${why}`,
  )
}

/**
 * A key that is in use, or of which nobody can tell, is deactivated only after its owner has the
 * replacement. Only a policy that proceeds comes so far with such a key. An owner who may do nothing
 * without MFA cannot fetch the secret with the old key.
 */
export function unlessHad(
  state: RotationState,
  { inUseDays, whenInUse }: Pick<ArmedEnforcement, 'inUseDays' | 'whenInUse'>,
): Step | LookFirst | undefined {
  const { entry, now, seen } = state
  const handover = openHandover(state)
  if (whenInUse !== 'proceed' || handover === undefined) return undefined
  const used = seen.lastUsed.get(entry.accessKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: entry.accessKeyId })
  const isQuiet =
    used.kind === 'never' || (used.kind === 'at' && used.at <= now - inUseDays * dayMs)
  if (isQuiet) return undefined
  const had = isHad(state, handover)
  if (had === true) return undefined
  if (had !== false) return had
  const use =
    used.kind === 'at' ? `is in use (${isoTime(used.at)})` : 'may be in use: AWS does not say'
  return hold(
    'replacement-not-fetched',
    `the key ${use}, and nobody has fetched or used its replacement ${handover.replacementKeyId}`,
  )
}

/**
 * No key is made that could not be stored. Where nothing was made yet, the rotation begins again with
 * another secret. After a lost key it is held: keynag does not make one key after another.
 */
export function unlessContainerGone(
  { seen }: RotationState,
  { secretArn, attempt }: RotationPhaseOf<'prepared'>,
): Step | LookFirst {
  if (seen.stored === undefined) return look({ kind: 'stored-secret', secretArn, attempt })
  if (seen.stored.kind !== 'gone') return { kind: 'create', secretArn, attempt }
  const { why } = seen.stored
  return attempt === 1
    ? { kind: 'prepare-anew', why }
    : hold('handover-gone', `a new key could not be stored in ${secretArn}: ${why}`)
}

/** Whether the stored key can still be handed over. */
export const isStoredIn = ({ seen }: RotationState, newKeyId: AccessKeyId): boolean =>
  seen.stored?.kind === 'key' && seen.stored.newKeyId === newKeyId
