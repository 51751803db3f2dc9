import { isDeepStrictEqual } from 'node:util'
import {
  daysBetween,
  isOngoing,
  policyOf,
  replacedBy,
  resolveOwner,
  warnFrom,
  type Account,
  type Entry,
  type EntryIn,
  type EpochMs,
  type IamReader,
  type IamUser,
  type Organization,
  type Owner,
  type Policy,
  type ReportRow,
  type ReportSlot,
  type RootKey,
  type UserId,
} from '@keynag/core'

/** A user whose keys the scan has to list, because the credential report alone does not suffice. */
export interface Candidate {
  readonly user: IamUser
  readonly policy: Policy | undefined
  readonly slots: readonly ReportSlot[]
  readonly known: readonly Entry[]
}

export interface Survey {
  readonly candidates: readonly Candidate[]
  /** Ongoing entries whose user IAM no longer lists. */
  readonly missing: readonly Entry[]
  readonly rootKeys: readonly RootKey[]
  readonly users: number
  readonly keys: number
}

/**
 * The report only preselects users. Its `last_rotated` is when a key was "created or last changed",
 * to the second (IAM User Guide, Getting credential reports), and a report may be four hours old.
 * One day of slack covers the rounding and the delay.
 */
const prefilterSlackDays = 1

interface SurveyInput {
  readonly iam: Pick<IamReader, 'credentialReport' | 'users'>
  readonly account: Account
  readonly organization: Organization
  readonly known: readonly Entry[]
  readonly fullWalk: boolean
  readonly now: EpochMs
}

/**
 * Finds the users whose keys to list, from one credential report and one list of all users. It
 * leaves out users for whom the report and the ledger agree.
 */
export async function survey(input: SurveyInput): Promise<Survey & { reportAt: EpochMs }> {
  const { iam, account, organization, fullWalk, now } = input
  const report = await iam.credentialReport(account.accountId)
  const rows = new Map<string, ReportRow>()
  const rootKeys: RootKey[] = []
  let users = 0
  let keys = 0
  for await (const row of report.rows()) {
    const slots = row.slots.filter(isPresent)
    if (row.kind === 'root') {
      rootKeys.push(...row.slots.filter((slot) => slot.active).map(rootKey))
      continue
    }
    users += 1
    keys += slots.length
    if (slots.length > 0) rows.set(row.arn, { ...row, slots })
  }
  const knownBy = entriesByUser(input.known)
  const candidates: Candidate[] = []
  const present = new Set<UserId>()
  for await (const listed of iam.users(account.accountId)) {
    present.add(listed.userId)
    const row = rows.get(listed.arn)
    const user: IamUser = { ...listed, hasConsole: row?.hasConsole ?? false }
    const known = knownBy.get(listed.userId) ?? []
    const policy = policyOf(user, account, organization)
    const candidate = { user, policy, slots: sameUser(row, user)?.slots ?? [], known }
    const owner =
      known.length === 0 ? undefined : resolveOwner(user, account, organization.contacts)
    if (needsListing(candidate, owner, fullWalk, now)) candidates.push(candidate)
  }
  candidates.sort((a, b) => (a.user.arn < b.user.arn ? -1 : 1))
  const missing = input.known.filter(
    (entry) => !present.has(entry.userId) && (isOngoing(entry) || hasLeftRotation(entry)),
  )
  return { candidates, missing, rootKeys, users, keys, reportAt: report.generatedAt }
}

/** A user who was deleted and created again has the same ARN, but another creation time and keys. */
function sameUser(row: ReportRow | undefined, user: IamUser): ReportRow | undefined {
  if (row?.userCreatedAt === undefined) return row
  return Math.abs(row.userCreatedAt - user.createdAt) < 1_000 ? row : undefined
}

const isPresent = (slot: ReportSlot): boolean => slot.active || slot.lastRotated !== undefined

const rootKey = (slot: ReportSlot): RootKey =>
  slot.lastRotated === undefined
    ? { slot: slot.slot }
    : { slot: slot.slot, changedAt: slot.lastRotated }

function entriesByUser(entries: readonly Entry[]): ReadonlyMap<UserId, readonly Entry[]> {
  const byUser = new Map<UserId, Entry[]>()
  for (const entry of entries) {
    byUser.set(entry.userId, [...(byUser.get(entry.userId) ?? []), entry])
  }
  return byUser
}

/** A resolved key has left a rotation open, and its new key is found by the name of the user. */
export const hasLeftRotation = (entry: Entry): boolean =>
  entry.state === 'resolved' && entry.rotationId !== undefined

/** The key was there when the ledger resolved it: it may become a concern again, or be deleted. */
export const mayReturn = (entry: Entry): entry is EntryIn<'resolved'> =>
  entry.state === 'resolved' &&
  ['deactivated-by-owner', 'no-longer-in-policy', 'account-closed'].includes(entry.resolution)

function needsListing(
  candidate: Candidate,
  owner: Owner | undefined,
  fullWalk: boolean,
  now: EpochMs,
): boolean {
  const { user, policy, slots, known } = candidate
  const ongoing = known.filter(isOngoing)
  if (known.some((entry) => hasLeftRotation(entry) && entry.userName !== user.userName)) return true
  if (policy === undefined) return ongoing.length > 0
  if (fullWalk) return true
  if (known.some((entry) => isFromClosedAccount(entry) && !isDescribed(entry, slots))) return true
  if (ongoing.some((entry) => !agrees(entry, candidate, owner))) return true
  // A resolved entry describes nothing of the present.
  const isNew = (slot: ReportSlot) => !ongoing.some((entry) => describes(entry, slot))
  const hasReturned = known.some((entry) => mayReturn(entry) && !isStillOff(entry, slots))
  if (activeToLedger(known) > slots.filter(({ active }) => active).length) return true
  return slots.some(
    (slot) => isCovered(slot, policy) && isNew(slot) && (hasReturned || isOld(slot, policy, now)),
  )
}

/** No scan saw what happened to the key while its account was closed. */
const isFromClosedAccount = (entry: Entry): boolean =>
  entry.state === 'resolved' && entry.resolution === 'account-closed'

const isDescribed = (entry: Entry, slots: readonly ReportSlot[]): boolean =>
  slots.some((slot) => describes(entry, slot))

/** The report has to show as many as Active. Else somebody has switched one off, or deleted it. */
const activeToLedger = (known: readonly Entry[]): number =>
  known.filter((entry) => entry.status === 'Active' && (isOngoing(entry) || mayReturn(entry)))
    .length

const isCovered = ({ active }: ReportSlot, policy: Policy): boolean =>
  active || policy.keys === 'all'

function isOld({ lastRotated }: ReportSlot, policy: Policy, now: EpochMs): boolean {
  if (lastRotated === undefined) return true
  return daysBetween(lastRotated, now) >= warnFrom(policy) - prefilterSlackDays
}

/**
 * Whether the report still shows the key that its owner deactivated. Once the key is Active, its
 * `last_rotated` may be the date of that change, and the report cannot tell it from a young key.
 */
const isStillOff = (
  { resolution, createdAt, resolvedAt }: EntryIn<'resolved'>,
  slots: readonly ReportSlot[],
): boolean =>
  resolution === 'deactivated-by-owner' &&
  slots.some(
    ({ active, lastRotated }) =>
      !active &&
      lastRotated !== undefined &&
      lastRotated > createdAt - 1_000 &&
      lastRotated <= resolvedAt,
  )

/** Whether the report shows this entry's key as the ledger does, with the same owner and policy. */
function agrees(
  entry: Entry,
  { user, policy, slots, known }: Candidate,
  owner: Owner | undefined,
): boolean {
  return (
    isDeepStrictEqual(entry.owner, owner) &&
    entry.policy === policy?.name &&
    entry.userName === user.userName &&
    slots.filter((slot) => describes(entry, slot)).length === 1 &&
    // Only their IDs tell keys of one second apart, and the report has no IDs.
    known.filter((other) => isWithinASecond(other.createdAt, entry.createdAt)).length === 1 &&
    slots.every((slot) => !describes(entry, slot) || isInstalledAsKnown(entry, slot, known)) &&
    !isSwitchedOn(entry)
  )
}

/** Whether the ledger has it right that somebody still has to install this key. */
const isInstalledAsKnown = (
  { accessKeyId, lastUsed, replaces }: Entry,
  slot: ReportSlot,
  known: readonly Entry[],
): boolean => {
  const used = slot.lastUsed.kind === 'unknown' ? lastUsed : slot.lastUsed
  return isDeepStrictEqual(replacedBy(accessKeyId, used, known), replaces)
}

/** Somebody has switched the key on, and nothing holds it any more: the scan has to hold it. */
const isSwitchedOn = ({ state, status, hold }: Entry): boolean =>
  state === 'deactivated' && status === 'Active' && hold === undefined

const isWithinASecond = (one: EpochMs, other: EpochMs): boolean => Math.abs(one - other) < 1_000

const describes = (entry: Entry, slot: ReportSlot): boolean =>
  slot.lastRotated !== undefined &&
  isWithinASecond(slot.lastRotated, entry.createdAt) &&
  slot.active === (entry.status === 'Active')
