import { isFinal, type ArmedEnforcement } from '../policy/policy.ts'
import type { EpochMs } from '../time.ts'
import type { Entry, Handover } from './entry.ts'
import type { FactOf } from './fact.ts'

type Warning = NonNullable<Entry['warned']>

export const finality = (isFinal: boolean | undefined): { readonly isFinal?: true } =>
  isFinal === true ? { isFinal: true } : {}

/**
 * The warning that this enforcement may stand on. A warning is about what the owner read: the same
 * action, under the same policy, and no less harsh. Any other enforcement is announced anew.
 */
export const standingWarning = (
  { warned, policy }: Entry,
  enforce: ArmedEnforcement,
): Warning | undefined =>
  isRepeatedBy(warned, {
    announced: enforce.kind,
    policy,
    ...finality(enforce.kind !== 'rotate' && isFinal(enforce)),
  })
    ? warned
    : undefined

/**
 * When the owner was told of the replacement, if this enforcement may stand on that: a deletion that
 * became final is announced anew.
 */
export const standingNews = (
  { deliveredAt, isFinal: isToldFinal }: Handover,
  enforce: ArmedEnforcement,
): EpochMs | undefined => (isToldFinal === true || !isFinal(enforce) ? deliveredAt : undefined)

/** Whether the owner of a deactivated key had read before that the deletion follows at once. */
export const wasToldFinal = ({ warned, handover }: Entry): boolean =>
  warned?.isFinal === true || handover?.isFinal === true

/** Whether an announcement says what the warning said, so that its grace goes on. */
export const isRepeatedBy = (
  warned: Warning | undefined,
  { announced, policy, isFinal }: Pick<FactOf<'nagged'>, 'announced' | 'policy' | 'isFinal'>,
): warned is Warning =>
  warned?.of === announced &&
  // Older releases did not record the policy.
  (warned.policy ?? policy) === policy &&
  (warned.isFinal === true || isFinal === undefined)
