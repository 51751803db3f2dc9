import { isDeepStrictEqual } from 'node:util'
import {
  dayMs,
  daysBetween,
  evolve,
  isOngoing,
  isUnanswered,
  observed,
  openEntry,
  openIntent,
  propagationMs,
  replacedBy,
  schedule,
  sightingIn,
  standingOf,
  warnFrom,
  type AccessKeyId,
  type Account,
  type Entry,
  type EpochMs,
  type Fact,
  type LastUsed,
  type ListedKey,
  type ObservedKey,
  type Organization,
  type Policy,
  type Rotation,
  type Sighting,
} from '@keynag/core'
import { hasLeftRotation, mayReturn, type Candidate } from './candidates.ts'
import { lastUsedOf } from './last-used-of.ts'

/** A change of one key: the entry before, the fact that a scan saw, and the entry after. */
export interface Change {
  readonly before: Entry | undefined
  readonly after: Entry
  readonly fact: Fact
}

interface Context {
  readonly account: Account
  /** The rotation of the user's keys, as it was after the keys were listed. */
  readonly rotation?: Rotation | undefined
  /** What IAM says of a key's last use by its ID, where the report does not suffice. */
  readonly uses?: ReadonlyMap<AccessKeyId, LastUsed>
  readonly organization: Organization
  readonly now: EpochMs
}

/** The changes that the listed keys of one user make to the ledger. Pure; none for unchanged keys. */
export function observe(
  candidate: Candidate,
  listed: readonly ListedKey[],
  context: Context,
): readonly Change[] {
  const changes: Change[] = []
  for (const key of listed) {
    const entry = candidate.known.find((known) => known.accessKeyId === key.accessKeyId)
    const change = observeKey(candidate, key, entry, context)
    if (change !== undefined) changes.push(change)
  }
  for (const entry of candidate.known) {
    if (listed.some((key) => key.accessKeyId === entry.accessKeyId)) continue
    changes.push(...unlisted(candidate, entry, context))
  }
  return changes
}

/**
 * The key is gone. Its user's new name is recorded first, because a rotation that was about to delete
 * the key has to find the user, and then records that deletion itself.
 */
function unlisted(candidate: Candidate, entry: Entry, context: Context): readonly Change[] {
  const isRecorded = !isOngoing(entry) && !mayReturn(entry)
  if (isRecorded && !hasLeftRotation(entry)) return []
  const change = renamed(candidate, entry, entry, context)
  if (isRecorded || openIntent(context.rotation, entry)) return change === undefined ? [] : [change]
  const fact = { kind: 'resolved', how: 'deleted-by-owner' } as const
  const resolved = changeOf(change?.after ?? entry, fact, context)
  return change === undefined ? [resolved] : [change, resolved]
}

function observeKey(
  candidate: Candidate,
  key: ListedKey,
  entry: Entry | undefined,
  context: Context,
): Change | undefined {
  const { policy, user } = candidate
  const { now } = context
  if (entry === undefined) {
    if (policy === undefined || !isConcern(key, policy, now)) return undefined
    const sighting = sightingOf(candidate, key, context)
    const rule = `the key reached ${warnFrom(policy)} days, from which policy ${policy.name} nags`
    const fact = { kind: 'found', sighting, rule } as const
    const observed: ObservedKey = {
      ...key,
      account: context.account,
      user,
      lastUsed: sighting.lastUsed,
    }
    const after = schedule(openEntry(observed, fact, now), context.organization.policies, now)
    return { before: undefined, after, fact }
  }
  if (entry.state === 'deleted') return undefined
  // keynag may have changed the key itself. The rotator finds out, under the user's present name.
  if (openIntent(context.rotation, entry)) return renamed(candidate, entry, entry, context)
  if (entry.state === 'deactivated' && key.status === 'Active' && isRollingBack(entry)) {
    const { rotationId } = entry
    const why = 'the rollback took effect, but its process died before it recorded that'
    return changeOf(entry, { kind: 'rolled-back', rotationId, by: 'scan', why }, context)
  }
  if (entry.state === 'deactivated' && key.status === 'Active' && entry.hold === undefined) {
    // IAM is eventually consistent, so this list may be older than the deactivation.
    if (now < entry.deactivatedAt + propagationMs) return undefined
    const why = 'the key is Active again after keynag deactivated it'
    return changeOf(entry, { kind: 'held', code: 'reactivated', why }, context)
  }
  if (policy === undefined || (isUnanswered(entry) && !isConcern(key, policy, now))) {
    return noConcern(candidate, entry, key, context)
  }
  const sighting = sightingOf(candidate, key, context, entry.lastUsed)
  if (entry.state === 'resolved') {
    // Its open rotation is abandoned first; a later scan opens the key again.
    const isFree = entry.rotationId === undefined
    if (!isFree || !isConcern(key, policy, now)) return renamed(candidate, entry, key, context)
    const rule = `the key is ${key.status} under policy ${policy.name}, after it was resolved (${entry.resolution})`
    return changeOf(entry, { kind: 'reopened', sighting, rule }, context)
  }
  return sighted(entry, sighting, context)
}

/** A rollback records this hold as its intent before it reactivates the key. */
const isRollingBack = ({ hold }: Entry): boolean => hold?.code === 'rolled-back'

/** Whether the key is old enough for the policy, and has a status that the policy covers. */
export const isConcern = (key: ListedKey, policy: Policy, now: EpochMs): boolean =>
  daysBetween(key.createdAt, now) >= warnFrom(policy) &&
  (policy.keys === 'all' || key.status === 'Active')

/** The key needs nothing more: its owner deactivated it, or no policy covers it. */
function noConcern(
  candidate: Candidate,
  entry: Entry,
  key: ListedKey,
  context: Context,
): Change | undefined {
  const { policy } = candidate
  if (!isUnanswered(entry)) {
    return isOngoing(entry)
      ? resighted(candidate, entry, key, context)
      : renamed(candidate, entry, key, context)
  }
  // This list may be older than a rollback, which keynag recorded as the entry's last change.
  if (isRollingBack(entry) && context.now < entry.changedAt + propagationMs) return undefined
  const how =
    policy !== undefined && key.status !== 'Active'
      ? ('deactivated-by-owner' as const)
      : ('no-longer-in-policy' as const)
  return changeOf(entry, { kind: 'resolved', how, status: key.status }, context)
}

/** Records only a new name, path or status. */
function renamed(
  { user }: Candidate,
  entry: Entry,
  key: Pick<ListedKey, 'status'>,
  context: Context,
): Change | undefined {
  const { userName, path: userPath } = user
  return sighted(entry, { ...sightingIn(entry), userName, userPath, status: key.status }, context)
}

/** Records the policy and the owner too, so that a rotation ends that nothing orders any more. */
const resighted = (
  { user }: Candidate,
  entry: Entry,
  { status }: Pick<ListedKey, 'status'>,
  context: Context,
): Change | undefined =>
  sighted(
    entry,
    {
      status,
      lastUsed: entry.lastUsed,
      ...standingOf(user, context.account, context.organization),
    },
    context,
  )

const sighted = (entry: Entry, sighting: Sighting, context: Context): Change | undefined =>
  isNews(entry, sighting) ? changeOf(entry, observed(entry, sighting), context) : undefined

/** `before` is the last use that the ledger has, where neither the report nor IAM tells it. */
function sightingOf(
  { user, slots, known }: Candidate,
  key: ListedKey,
  { account, organization, uses }: Context,
  before?: LastUsed,
): Sighting {
  const told = uses?.get(key.accessKeyId) ?? lastUsedOf(key, slots)
  const lastUsed = told.kind === 'unknown' ? (before ?? told) : told
  const replaces = replacedBy(key.accessKeyId, lastUsed, known)
  const { status } = key
  const seen = { status, lastUsed, ...standingOf(user, account, organization) }
  return replaces === undefined ? seen : { ...seen, replaces }
}

/** The last use of a busy key changes all the time, so only a change of a day or more is written. */
const newsMs = dayMs

function isNews(entry: Entry, sighting: Sighting): boolean {
  const { lastUsed: before } = entry
  const { lastUsed: after } = sighting
  const used =
    before.kind === 'at' && after.kind === 'at'
      ? after.at - before.at >= newsMs
      : before.kind !== after.kind
  return (
    used ||
    entry.status !== sighting.status ||
    entry.userName !== sighting.userName ||
    entry.userPath !== sighting.userPath ||
    entry.policy !== sighting.policy ||
    entry.audience !== sighting.audience ||
    // DynamoDB returns the fields of a map in an order of its own.
    !isDeepStrictEqual(entry.owner, sighting.owner) ||
    !isDeepStrictEqual(entry.replaces, sighting.replaces)
  )
}

export function changeOf(
  before: Entry,
  fact: Fact,
  { organization, now }: Pick<Context, 'organization' | 'now'>,
): Change {
  const after = schedule(evolve(before, fact, now), organization.policies, now)
  return { before, after, fact }
}
