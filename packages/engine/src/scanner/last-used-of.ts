import type { LastUsed, ListedKey, ReportSlot } from '@keynag/core'

/**
 * The last use of a listed key by the credential report. The report has no key IDs, so this joins by
 * creation time to the second, then by status. It is `unknown` when two slots fit and differ.
 */
export function lastUsedOf(key: ListedKey, slots: readonly ReportSlot[]): LastUsed {
  const sameSecond = slots.filter(
    (slot) =>
      slot.lastRotated !== undefined &&
      Math.floor(slot.lastRotated / 1_000) === Math.floor(key.createdAt / 1_000),
  )
  const [first, second] =
    sameSecond.length > 1
      ? sameSecond.filter((slot) => slot.active === (key.status === 'Active'))
      : sameSecond
  if (first === undefined) {
    return { kind: 'unknown', why: 'the credential report does not show this key yet' }
  }
  if (second !== undefined && JSON.stringify(first.lastUsed) !== JSON.stringify(second.lastUsed)) {
    return {
      kind: 'unknown',
      why: 'the user has two keys of the same second, and the report has no key IDs',
    }
  }
  return first.lastUsed
}
