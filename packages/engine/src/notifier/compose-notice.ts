import {
  daysText,
  fetchableUntil,
  finality,
  isStillToldTo,
  keyCard,
  nextDeed,
  policyNamed,
  type Entry,
  type EpochMs,
  type FormerReader,
  type KeyCard,
  type Message,
  type Notice,
  type Organization,
  type Route,
  type Rung,
  whyCalledOff,
  withADayAhead,
} from '@keynag/core'
import { ownerRoutes, rungRoutes, securityRoutes } from './routes.ts'

export interface Composed {
  readonly message: Message
  readonly routes: readonly Route[]
}

/**
 * The message of a notice and its routes, from the entry as it is when the message is sent, and not
 * from the fact that asked for it. `undefined` when the message is not true any more.
 */
export function composeNotice(
  notice: Notice,
  entry: Entry,
  organization: Organization,
  now: EpochMs,
): Composed | undefined {
  const key = keyCard(entry, organization.policies, now)
  const { noticeId } = notice
  const owner = entry.owner.email ?? entry.owner.id
  const toOwner = ownerRoutes(entry, organization)
  switch (notice.kind) {
    case 'nag':
    case 'digest':
      return undefined
    case 'escalation':
      return composeEscalation(notice, entry, organization, now)
    case 'replacement-issued':
    case 'replacement-found':
      return composeReplacement(notice, entry, organization, now)
    case 'deactivated':
      if (!isStillOff(entry) || entry.deletionAnnounced !== undefined) return undefined
      return {
        message: {
          kind: 'deactivated',
          noticeId,
          now,
          key,
          deletesAt: deletionOf(entry, organization, now),
        },
        routes: toOwner,
      }
    case 'called-off':
      if (notice.former !== undefined) {
        return composeOwnerChanged(notice, notice.former, entry, organization, now)
      }
      return composeCalledOff(notice, entry, organization, now)
    case 'deleted':
      if (entry.state !== 'deleted') return undefined
      return { message: { kind: 'deleted', noticeId, now, key }, routes: toOwner }
    case 'held': {
      const { hold } = entry
      // A later hold has a notice of its own.
      if (hold === undefined || hold.since > notice.createdAt) return undefined
      const { code, why } = hold
      return {
        message: { kind: 'held', noticeId, now, key, owner, code, why },
        routes: securityRoutes(organization),
      }
    }
    case 'held-to-owner': {
      const { hold, handover } = entry
      if (hold === undefined || hold.since > notice.createdAt) return undefined
      const { replacementKeyId, secretArn } = handover ?? {}
      return {
        message: {
          kind: 'held-to-owner',
          noticeId,
          now,
          key,
          code: hold.code,
          ...(replacementKeyId === undefined ? {} : { replacementKeyId }),
          ...(secretArn === undefined ? {} : { secretArn }),
        },
        routes: toOwner,
      }
    }
    default:
      return notice.kind satisfies never
  }
}

/**
 * To the step of the ladder that the notice is for. Later steps may have been taken while it waited:
 * they have notices of their own.
 */
function composeEscalation(
  { noticeId, level: ofNotice }: Notice,
  entry: Entry,
  organization: Organization,
  now: EpochMs,
): Composed | undefined {
  const level = ofNotice ?? entry.escalationLevel
  const policy = policyNamed(organization.policies, entry.policy)
  const rung = policy?.escalation[level - 1]
  const isAsked = policy?.mode !== 'dry-run' && (entry.exemption?.until ?? now) <= now
  // The ladder of a new owner begins anew.
  const isTaken = entry.state === 'escalated' && level <= entry.escalationLevel
  if (!isTaken || rung === undefined || !isAsked) return undefined
  const key = keyCard(entry, organization.policies, now)
  const owner = entry.owner.email ?? entry.owner.id
  const rule = whyAsked(rung, key)
  return {
    message: { kind: 'escalation', noticeId, now, key, owner, level, rule },
    routes: rungRoutes(entry, level, organization),
  }
}

/** What is true of the key now, which may be older than its step of the ladder asks for. */
const whyAsked = ({ afterNags, atDay }: Rung, { ageDays, nagCount }: KeyCard): string =>
  afterNags === undefined || (nagCount < afterNags && ageDays >= (atDay ?? Infinity))
    ? `the key is ${daysText(ageDays)} old`
    : `${nagCount} ${nagCount === 1 ? 'reminder' : 'reminders'} went unanswered`

function composeReplacement(
  notice: Notice,
  entry: Entry,
  organization: Organization,
  now: EpochMs,
): Composed | undefined {
  const { policies } = organization
  const deed = nextDeed(entry, policies, now)
  // It names the date on which the old key stops working. An owner who was told is not told again.
  if (entry.state !== 'issued' || deed === undefined || deed.isTold) return undefined
  const { replacementKeyId, secretArn, retiredAt } = entry.handover
  const deactivatesAt = deed.at ?? deed.notBefore
  const { retireAt } = fetchableUntil(entry, deactivatesAt)
  const common = {
    noticeId: notice.noticeId,
    now,
    key: keyCard(entry, policies, now),
    replacementKeyId,
    deactivatesAt,
    ...finality(deed.isFinal),
  }
  const made = secretArn === undefined ? {} : { isKeynags: true as const }
  const message: Message =
    secretArn === undefined || retireAt === undefined || retiredAt !== undefined
      ? { kind: 'replacement-found', ...common, ...made }
      : { kind: 'replacement-issued', ...common, secretArn, retireAt }
  return { message, routes: ownerRoutes(entry, organization) }
}

/** It says why the date does not stand now, which may be another reason than at first. */
function composeCalledOff(
  { noticeId }: Notice,
  entry: Entry,
  organization: Organization,
  now: EpochMs,
): Composed | undefined {
  const { policies } = organization
  const { shown } = entry
  // A later message has another date, or keynag has done the deed.
  if (shown?.calledOff?.noticeId !== noticeId) return undefined
  const { deed, date } = shown
  const why = whyCalledOff(shown, entry, policies, now)
  if (why === undefined) return undefined
  const because = withADayAhead(why, entry, policies, now)
  const key = keyCard(entry, policies, now)
  const message = { kind: 'called-off', noticeId, now, key, deed, date, because } as const
  return { message, routes: ownerRoutes(entry, organization) }
}

/** It names the user as its reader knew it, and says nothing of the present owner. */
function composeOwnerChanged(
  notice: Notice,
  former: FormerReader,
  entry: Entry,
  organization: Organization,
  now: EpochMs,
): Composed | undefined {
  if (!isStillToldTo(former, notice, entry, now)) return undefined
  const { owner, userName, deed, date } = former
  const asRead = { ...entry, owner, userName }
  const key = keyCard(asRead, organization.policies, now)
  const because = { kind: 'owner-changed' } as const
  const { noticeId } = notice
  return {
    message: { kind: 'called-off', noticeId, now, key, deed, date, because },
    routes: ownerRoutes(asRead, organization),
  }
}

/** These holds say that the key was switched on again, or is about to be. */
const isStillOff = ({ state, hold }: Entry): boolean =>
  state === 'deactivated' && hold?.code !== 'reactivated' && hold?.code !== 'rolled-back'

/** The date of the deletion that follows; its grace begins with the message that names it. */
function deletionOf(entry: Entry, { policies }: Organization, now: EpochMs): EpochMs | undefined {
  const deed = nextDeed(entry, policies, now)
  return deed?.deed === 'delete' ? (deed.at ?? deed.notBefore) : undefined
}
