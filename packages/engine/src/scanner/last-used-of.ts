import type { LastUsed, ListedKey, ReportSlot } from '@keynag/core'

/**
 * Joins a listed key to its slot in the report, which has no key IDs: by creation time to the
 * second, then by status. Where two slots still fit, nobody can tell, and unknown is said.
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
    return { kind: 'unknown', why: 'two keys were created in the same second' }
  }
  return first.lastUsed
}
