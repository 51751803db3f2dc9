import {
  madeFor,
  type AccessKeyId,
  type IamReader,
  type LastUsed,
  type ListedKey,
  type ReportSlot,
} from '@keynag/core'
import type { Candidate } from './candidates.ts'

/**
 * What IAM says of the keys of which the report does not tell enough, by their IDs: of those that the
 * report does not show by their dates, which a change of status may have moved; and of keynag's own
 * replacements, because an owner is asked to install one that is not in use.
 *
 * @throws KeynagError transient when IAM throttles or does not answer: then nothing is known.
 */
export async function usesByKey(
  iam: Pick<IamReader, 'lastUsed'>,
  { user, slots, known }: Candidate,
  keys: readonly ListedKey[],
): Promise<ReadonlyMap<AccessKeyId, LastUsed>> {
  const uses = new Map<AccessKeyId, LastUsed>()
  for (const key of keys) {
    const { accessKeyId } = key
    const isReported = lastUsedOf(key, slots).kind !== 'unknown'
    if (isReported && madeFor(accessKeyId, known).length === 0) continue
    uses.set(accessKeyId, await iam.lastUsed(user.accountId, accessKeyId))
  }
  return uses
}

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
