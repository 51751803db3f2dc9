import type { AccountId } from '../ids.ts'
import type { CapUse } from '../key/rotation.ts'
import type { CapCount, Write } from '../ledger/ledger.ts'
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

/** Whether a rotation has counted in this counter. */
export const isCounted = (counted: readonly CapUse[] | undefined, cap: CapUse): boolean =>
  counted?.some((use) => isSame(use, cap)) === true

/** The writes that count `wanted` for a rotation that has counted before, each counter once a day. */
export function counting(
  counted: readonly CapUse[] | undefined,
  wanted: readonly CapCount[],
  now: EpochMs,
): readonly Write[] {
  const before = counted ?? []
  const missing = wanted.filter((cap) => !isCounted(counted, cap))
  const unwanted = before.filter((use) => !wanted.some((cap) => isSame(use, cap)))
  return [...missing.map((cap): Write => ({ kind: 'cap', cap })), ...givingBack(unwanted, now)]
}

/**
 * The writes that give back what was counted today for a change that was not made: caps count what
 * keynag does, so that a change that AWS refuses keeps no other key waiting.
 */
export const givingBack = (
  counted: readonly CapUse[] | undefined,
  now: EpochMs,
): readonly Write[] =>
  (counted ?? [])
    .filter(({ date }) => date === isoDay(now))
    .map((cap): Write => ({ kind: 'cap-back', cap }))

/** The counters without their limits, as a rotation remembers them. */
export const usesOf = (caps: readonly CapCount[]): CapUse[] =>
  caps.map(({ date, scope }) => ({ date, scope }))

const isSame = (one: CapUse, other: CapUse): boolean =>
  one.date === other.date && one.scope === other.scope

/** Why a change has to wait for another day. */
export const capReached = ({ limit, scope }: CapCount): string =>
  `the cap of ${limit} a day is reached for ${scope}`
