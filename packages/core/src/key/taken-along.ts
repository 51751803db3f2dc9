import { policyNamed, type Policies } from '../policy/policies.ts'
import { plusDays, type EpochMs } from '../time.ts'
import { decide } from './decide.ts'
import type { Unanswered } from './entry.ts'

/**
 * Whether a message that goes to the reader now names the key too, though no reminder of it is due: one
 * would be due within half a nag period, waits for such a message, or waits for the end of a quiet time.
 */
export function isTakenAlong(entry: Unanswered, policies: Policies, now: EpochMs): boolean {
  const { lastNaggedAt, remindAt: _, ...rest } = entry
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined) return false
  const { quiet: _quiet, ...loud } = policy
  const asIf =
    lastNaggedAt === undefined
      ? rest
      : { ...rest, lastNaggedAt: plusDays(lastNaggedAt, -policy.nag.everyDays / 2) }
  return decide(asIf, [loud], now).kind === 'nag'
}
