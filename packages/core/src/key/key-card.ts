import type { Ahead, KeyCard } from '../message.ts'
import { policyNamed, type Policies } from '../policy/policies.ts'
import { takesKeysOfAnyAge, type Policy } from '../policy/policy.ts'
import { daysBetween, type EpochMs } from '../time.ts'
import { isUnanswered, type Entry } from './entry.ts'
import type { FactOf } from './fact.ts'
import { nextDeed } from './next-deed.ts'
import { toInstall } from './uninstalled.ts'
import { finality } from './warning.ts'

/** The part of an entry that messages show. Ages are in whole days at `now`. */
export const keyCard = (entry: Entry, policies: Policies, now: EpochMs): KeyCard => ({
  accessKeyId: entry.accessKeyId,
  accountId: entry.accountId,
  userName: entry.userName,
  createdAt: entry.createdAt,
  ageDays: daysBetween(entry.createdAt, now),
  status: entry.status,
  lastUsed: entry.lastUsed,
  nagCount: entry.nagCount,
  ownerEvidence: entry.owner.evidence,
  ahead: ahead(entry, policies, now),
  ...keysUnwanted(policyNamed(policies, entry.policy)),
  ...replaces(entry, policyNamed(policies, entry.policy)),
  ...replacement(entry),
})

const keysUnwanted = (policy: Policy | undefined): Pick<KeyCard, 'keysUnwanted'> =>
  takesKeysOfAnyAge(policy) ? { keysUnwanted: { groups: policy?.match.groups ?? [] } } : {}

const replaces = (entry: Entry, policy: Policy | undefined): Pick<KeyCard, 'replaces'> => {
  const old = toInstall(entry, policy)
  return old === undefined ? {} : { replaces: old }
}

/** The replacement that an earlier rotation of the key has left. */
const replacement = (entry: Entry): Pick<KeyCard, 'replacementKeyId'> =>
  isUnanswered(entry) && entry.handover !== undefined
    ? { replacementKeyId: entry.handover.replacementKeyId }
    : {}

/** What a reminder with this key's card announces, under which policy, and the date that it shows. */
export function announcementOf(
  entry: Entry,
  policies: Policies,
  now: EpochMs,
): Omit<FactOf<'nagged'>, 'kind' | 'noticeId' | 'delivery' | 'rule'> {
  const { ahead } = keyCard(entry, policies, now)
  if (ahead.kind === 'nothing') return { announced: 'none' }
  const date = ahead.at === undefined ? {} : { notBefore: ahead.at }
  return { announced: ahead.kind, policy: entry.policy, ...date, ...finality(ahead.isFinal) }
}

/**
 * What keynag will do next if nobody acts, and when. If no warning was delivered before, the message
 * that carries this card is the warning, and its grace begins now.
 */
function ahead(entry: Entry, policies: Policies, now: EpochMs): Ahead {
  const exemptUntil = entry.exemption?.until ?? now
  if (exemptUntil > now && entry.hold === undefined) return { kind: 'nothing', until: exemptUntil }
  const deed = nextDeed(entry, policies, now)
  const enforce = policyNamed(policies, entry.policy)?.enforce
  if (deed === undefined || enforce === undefined || enforce.kind === 'none') {
    return { kind: 'nothing' }
  }
  const { kind } = enforce
  // The news of a replacement and of a deactivation have dates of their own.
  return isUnanswered(entry)
    ? { kind, at: deed.at, ...finality(deed.isFinal) }
    : { kind: 'nothing' }
}
