import {
  audienceOf,
  dayMs,
  daysBetween,
  evolve,
  openEntry,
  propagationMs,
  resolveOwner,
  schedule,
  warnFrom,
  type Account,
  type Entry,
  type EpochMs,
  type Fact,
  type ListedKey,
  type ObservedKey,
  type Organization,
  type Policy,
  type Sighting,
} from '@keynag/core'
import { isOngoing, type Candidate } from './candidates.ts'
import { lastUsedOf } from './last-used-of.ts'

/** What a scan found out about one key: the entry before, the fact, the entry after. */
export interface Change {
  readonly before: Entry | undefined
  readonly after: Entry
  readonly fact: Fact
}

interface Context {
  readonly account: Account
  readonly organization: Organization
  readonly now: EpochMs
}

/** Pure: the changes that one user's listed keys make to the ledger. None for an unchanged key. */
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
    const change = unlisted(candidate, entry, context)
    if (change !== undefined) changes.push(change)
  }
  return changes
}

/** A saga at work finds out by itself that its key is gone; one that is held does nothing more. */
function unlisted(candidate: Candidate, entry: Entry, context: Context): Change | undefined {
  if (!isOngoing(entry)) return undefined
  return isUnanswered(entry) || entry.hold !== undefined
    ? changeOf(entry, { kind: 'resolved', how: 'deleted-by-owner' }, context)
    : moved(candidate, entry, entry, context)
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
    const sighting = sightingOf(candidate, key, policy, context)
    const rule = `older than ${warnFrom(policy)} days under policy ${policy.name}`
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
  if (entry.state === 'deactivated' && key.status === 'Active' && isRollingBack(entry)) {
    const { rotationId } = entry
    const why = 'the process that rolled it back died before it recorded that'
    return changeOf(entry, { kind: 'rolled-back', rotationId, by: 'scan', why }, context)
  }
  if (entry.state === 'deactivated' && key.status === 'Active' && entry.hold === undefined) {
    // IAM's lists may still be old: the next scan looks again.
    if (now < entry.deactivatedAt + propagationMs) return undefined
    const why = 'the key is Active again after keynag deactivated it'
    return changeOf(entry, { kind: 'held', code: 'reactivated', why }, context)
  }
  if (policy === undefined || (isUnanswered(entry) && !isConcern(key, policy, now))) {
    return leave(candidate, entry, key, context)
  }
  const seen = sightingOf(candidate, key, policy, context)
  const sighting = seen.lastUsed.kind === 'unknown' ? { ...seen, lastUsed: entry.lastUsed } : seen
  if (entry.state === 'resolved') {
    if (!isConcern(key, policy, now)) return undefined
    const rule = `${key.status} again after it was ${entry.resolution}`
    return changeOf(entry, { kind: 'reopened', sighting, rule }, context)
  }
  return isNews(entry, sighting)
    ? changeOf(entry, { kind: 'observed', sighting }, context)
    : undefined
}

/** The hold is the intent of a rollback: it is written before the key is switched on. */
const isRollingBack = ({ hold }: Entry): boolean => hold?.code === 'rolled-back'

const isUnanswered = (entry: Entry): boolean =>
  entry.state === 'nagging' || entry.state === 'escalated'

/** Old enough for the policy to speak of, and of a status that it minds. */
const isConcern = (key: ListedKey, policy: Policy, now: EpochMs): boolean =>
  daysBetween(key.createdAt, now) >= warnFrom(policy) &&
  (policy.keys === 'all' || key.status === 'Active')

/** The key is no concern any more: its owner switched it off, or its policy lets it be. */
function leave(
  candidate: Candidate,
  entry: Entry,
  key: ListedKey,
  context: Context,
): Change | undefined {
  const { policy } = candidate
  if (!isOngoing(entry)) return undefined
  if (!isUnanswered(entry)) return moved(candidate, entry, key, context)
  const how =
    policy !== undefined && key.status !== 'Active'
      ? ('deactivated-by-owner' as const)
      : ('no-longer-in-policy' as const)
  return changeOf(entry, { kind: 'resolved', how }, context)
}

/** What a saga has begun it must be able to find, whatever the user is called by now. */
function moved(
  { user }: Candidate,
  entry: Entry,
  key: Pick<ListedKey, 'status'>,
  context: Context,
): Change | undefined {
  const { lastUsed, owner, policy, audience } = entry
  const { userName, path: userPath } = user
  const { status } = key
  const sighting = { status, lastUsed, userName, userPath, owner, policy, audience }
  return isNews(entry, sighting)
    ? changeOf(entry, { kind: 'observed', sighting }, context)
    : undefined
}

function sightingOf(
  { user, slots }: Candidate,
  key: ListedKey,
  policy: Policy,
  { account, organization }: Context,
): Sighting {
  const owner = resolveOwner(user, account, organization.contacts)
  return {
    status: key.status,
    lastUsed: lastUsedOf(key, slots),
    userName: user.userName,
    userPath: user.path,
    owner,
    policy: policy.name,
    audience: audienceOf(policy, owner, user),
  }
}

/** Last use moves all the time: a day or more is news, an hour is not worth a write. */
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
    JSON.stringify(entry.owner) !== JSON.stringify(sighting.owner)
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
