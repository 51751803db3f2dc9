import type { ArmedEnforcement } from '../policy/policy.ts'
import type { Entry } from './entry.ts'
import type { FactOf } from './fact.ts'

type Warning = NonNullable<Entry['warned']>

/** Whether the deletion follows the deactivation at once, so that nothing can be recovered. */
export const isFinal = (enforce: ArmedEnforcement): boolean =>
  enforce.kind === 'delete' && enforce.recoveryGraceDays === 0

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
    ...(isFinal(enforce) ? { isFinal: true } : {}),
  })
    ? warned
    : undefined

/** Whether an announcement says what the warning said, so that its grace goes on. */
export const isRepeatedBy = (
  warned: Warning | undefined,
  { announced, policy, isFinal }: Pick<FactOf<'nagged'>, 'announced' | 'policy' | 'isFinal'>,
): warned is Warning =>
  warned?.of === announced &&
  // Older releases did not record the policy.
  (warned.policy ?? policy) === policy &&
  (warned.isFinal === true || isFinal === undefined)
