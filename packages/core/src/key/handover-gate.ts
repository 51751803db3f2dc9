import type { AccessKeyId } from '../ids.ts'
import type { LastUsed } from './access-key.ts'
import type { Handover } from './entry.ts'
import { hold, look, type LookFirst, type RotationState, type Step } from './rotation-step.ts'
import type { RotationPhaseOf } from './rotation.ts'

/**
 * Whether a program has used the replacement, so that its owner surely has it. keynag's own test of
 * the new key, before it was issued, counts as a use to IAM.
 */
export const isInstalled = ({ issuedAt }: Handover, used: LastUsed): boolean =>
  used.kind === 'at' && used.at > issuedAt

/**
 * Before the old key is taken away, its owner has the replacement or can fetch it. People may have
 * deleted the hand-over secret, or have put something else into it.
 */
export function unlessInReach({ seen, entry }: RotationState): Step | LookFirst | undefined {
  const { handover } = entry
  // Without a secret the owner made the replacement. keynag retires the secret of a used key only.
  if (handover?.secretArn === undefined || handover.retiredAt !== undefined) return undefined
  const { secretArn, replacementKeyId } = handover
  if (!seen.keys.some(({ accessKeyId }) => accessKeyId === replacementKeyId)) return undefined
  const { offered } = seen
  if (offered === undefined) return look({ kind: 'offered-secret', secretArn })
  if (offered.kind === 'key' && offered.newKeyId === replacementKeyId) return undefined
  const used = seen.lastUsed.get(replacementKeyId)
  if (used === undefined) return look({ kind: 'last-used', accessKeyId: replacementKeyId })
  if (isInstalled(handover, used)) return undefined
  const why = offered.kind === 'gone' ? offered.why : 'it holds something else now'
  return hold(
    'handover-gone',
    `nobody can fetch the replacement ${replacementKeyId} from ${secretArn}: ${why}`,
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
