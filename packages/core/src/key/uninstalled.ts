import type { AccessKeyId } from '../ids.ts'
import { takesKeysOfAnyAge, type Policy } from '../policy/policy.ts'
import type { LastUsed } from './access-key.ts'
import { isUnanswered, type Entry } from './entry.ts'
import type { Replaced } from './fact.ts'
import { isInstalled } from './handover-gate.ts'

/** The keys that keynag made this one for. `known` are the entries of the same user. */
export const madeFor = (accessKeyId: AccessKeyId, known: readonly Entry[]): readonly Entry[] =>
  known.filter(
    ({ handover }) =>
      handover?.replacementKeyId === accessKeyId && handover.secretArn !== undefined,
  )

/**
 * The key that this one replaces, if keynag made this one and no program is known to have used it. Where
 * its last use is unknown, a program may use it: its owner is asked, and keynag changes nothing.
 */
export function replacedBy(
  accessKeyId: AccessKeyId,
  lastUsed: LastUsed,
  known: readonly Entry[],
): Replaced | undefined {
  for (const old of madeFor(accessKeyId, known)) {
    const { handover, hold } = old
    if (handover === undefined || isInstalled(handover, lastUsed)) continue
    const isFetchable = handover.retiredAt === undefined && hold?.code !== 'handover-gone'
    return {
      accessKeyId: old.accessKeyId,
      ...(isGone(old) ? {} : { status: old.status }),
      ...(isFetchable ? { secretArn: handover.secretArn } : {}),
    }
  }
  return undefined
}

const isGone = (entry: Entry): boolean =>
  entry.state === 'deleted' ||
  (entry.state === 'resolved' &&
    (entry.resolution === 'deleted-by-owner' || entry.resolution === 'user-deleted'))

/**
 * The key that this one replaces, if its owner is asked to install this one. keynag then does nothing
 * to it by itself. Where the policy lets its users have no keys, nobody is asked to install one.
 */
export const toInstall = (entry: Entry, policy: Policy | undefined): Replaced | undefined =>
  isUnanswered(entry) && !takesKeysOfAnyAge(policy) ? entry.replaces : undefined
