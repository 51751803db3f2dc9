import type { AccountId } from '../ids.ts'
import type { CapCount } from '../ledger/ledger.ts'
import { isoDay, type EpochMs } from '../time.ts'
import type { Caps, Policy } from './policy.ts'

/** What is counted, each by itself: the beginning of an enforcement, and what comes days later. */
export type Capped = 'begin' | 'deactivate' | 'delete'

/** A small organisation can still act: whatever the share, so many keys a day. */
const leastByShare = 1

/**
 * How many keys of a policy a day may be acted upon.
 *
 * @param estateKeys keys in the organisation; while unknown, the share allows the least it ever does
 */
export function dailyLimit(
  { perDay, shareOfEstatePerDay: share }: Caps,
  estateKeys: number | undefined,
): number {
  if (share === 1) return perDay
  if (share === 0) return 0
  return Math.min(perDay, Math.max(leastByShare, Math.floor(share * (estateKeys ?? 0))))
}

/** The counters that one more key goes through: all of the policy's, and those in its account. */
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
