import type { Ahead, KeyCard } from '../message.ts'
import { policyNamed, type Policies } from '../policy/policies.ts'
import { nextOpening } from '../policy/window.ts'
import { daysBetween, epochMs, plusDays, type EpochMs } from '../time.ts'
import type { Entry } from './entry.ts'
import type { FactOf } from './fact.ts'

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
})

/** What a reminder with this key's card announces, and the date that it shows. */
export function announcementOf(
  entry: Entry,
  policies: Policies,
  now: EpochMs,
): Pick<FactOf<'nagged'>, 'announced' | 'notBefore'> {
  const { ahead } = keyCard(entry, policies, now)
  if (ahead.kind === 'nothing') return { announced: 'none' }
  const date = ahead.at === undefined ? {} : { notBefore: ahead.at }
  return { announced: ahead.kind, ...date }
}

/**
 * What keynag will do next if nobody acts, and when. If no warning was delivered before, the message
 * that carries this card is the warning, and its grace begins now.
 */
function ahead(entry: Entry, policies: Policies, now: EpochMs): Ahead {
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined || policy.mode !== 'enforce' || policy.enforce.kind === 'none') {
    return { kind: 'nothing' }
  }
  if (entry.hold !== undefined || entry.status !== 'Active') return { kind: 'nothing' }
  const exemptUntil = entry.exemption?.until ?? now
  if (exemptUntil > now) return { kind: 'nothing', until: exemptUntil }
  if (entry.state !== 'nagging' && entry.state !== 'escalated') return { kind: 'nothing' }
  const { enforce } = policy
  const warnedAt = entry.warned?.of === enforce.kind ? entry.warned.at : now
  const grace = enforce.kind === 'rotate' ? 0 : enforce.installationGraceDays
  const notBefore = entry.warned?.of === enforce.kind ? entry.warned.notBefore : undefined
  const earliest = epochMs(
    Math.max(
      plusDays(entry.createdAt, enforce.atDay),
      plusDays(warnedAt, grace),
      notBefore ?? 0,
      plusDays(now, Math.max(0, enforce.afterNags - entry.nagCount - 1) * policy.nag.everyDays),
    ),
  )
  return { kind: enforce.kind, at: nextOpening(enforce.window, earliest) }
}
