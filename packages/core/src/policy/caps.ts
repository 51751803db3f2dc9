import type { AccountId } from '../ids.ts'
import type { CapCount } from '../ledger/ledger.ts'
import { isoDay, type EpochMs } from '../time.ts'
import type { Caps, Policy } from './policy.ts'

/** The counted steps, each with its own counter: to begin enforcement, to deactivate, to delete. */
export type Capped = 'begin' | 'deactivate' | 'delete'

/** The least keys per day that a share above 0 allows, so that small organisations can act too. */
const leastByShare = 1

/**
 * How many keys of a policy keynag may act on in one UTC day.
 *
 * @param estateKeys all keys of the organisation; while unknown, the share allows one key
 */
export function dailyLimit(
  { perDay, shareOfEstatePerDay: share }: Caps,
  estateKeys: number | undefined,
): number {
  if (share === 1) return perDay
  if (share === 0) return 0
  return Math.min(perDay, Math.max(leastByShare, Math.floor(share * (estateKeys ?? 0))))
}

/** The counters that one more key adds to: the policy's, and the policy's in the key's account. */
export function capsOf(
  { name, caps }: Policy,
  accountId: AccountId,
  what: Capped,
  now: EpochMs,
  estateKeys: number | undefined,
): readonly CapCount[] {
  const date = isoDay(now)
  const scope = what === 'begin' ? `policy/${name}` : `policy/${name}/${what}`
  return [
    { date, scope, limit: dailyLimit(caps, estateKeys) },
    { date, scope: `${scope}/${accountId}`, limit: caps.perAccountPerDay },
  ]
}

/** Why a change has to wait for another day. */
export const capReached = ({ limit, scope }: CapCount): string =>
  `the cap of ${limit} a day is reached for ${scope}`
