import { noPolicy, policyNamed, type Policies } from '../policy/policies.ts'
import type { Policy, Rung } from '../policy/policy.ts'
import { unreadText } from '../known-account.ts'
import { daysText, epochMs, plusDays, type EpochMs } from '../time.ts'
import { dateToCallOff, type CallOff } from './call-off.ts'
import type { Entry, EntryIn, Unanswered } from './entry.ts'
import type { HoldCode } from './fact.ts'
import { nextDeed, type NextDeed } from './next-deed.ts'
import { reminderTime, type ReminderTime } from './reminder-time.ts'
import { toInstall } from './uninstalled.ts'

/**
 * What keynag should do about a key now. `keynag ledger show` prints `rule` and `why`, so both are
 * sentences for operators.
 */
export type Decision =
  | { readonly kind: 'wait'; readonly until: EpochMs | undefined; readonly rule: string }
  | { readonly kind: 'nag'; readonly rule: string }
  | {
      readonly kind: 'escalate'
      readonly level: number
      readonly rung: Rung
      readonly rule: string
    }
  | { readonly kind: 'enforce'; readonly step: EnforcementStep; readonly rule: string }
  | { readonly kind: 'hold'; readonly code: HoldCode; readonly why: string }
  /** Tell the owner that a date which the owner read does not stand. */
  | ({ readonly kind: 'call-off' } & CallOff)

export type EnforcementStep =
  | 'rotate'
  | 'deactivate'
  | 'delete'
  | 'retire-secret'
  /** Abandon the rotation: finish what was begun, and begin nothing new. */
  | 'abandon'
  /** Send the message about the replacement, or about the deactivation, once more. */
  | 'tell'
  /** Find out what became of a change whose answer was lost. */
  | 'settle'

/** After this many nags in a row that reached nobody, a person has to look at the key. */
export const undeliverableAfter = 3

const wait = (until: EpochMs | undefined, rule: string): Decision => ({ kind: 'wait', until, rule })

/** Decides purely: the same entry, policies and instant always give the same decision. */
export function decide(entry: Entry, policies: Policies, now: EpochMs): Decision {
  if (entry.unread !== undefined)
    return wait(undefined, `its account is ${unreadText(entry.unread)}`)
  const off = dateToCallOff(entry, policies, now)
  if (off !== undefined) return { kind: 'call-off', ...off }
  const decision = decideUnpostponed(entry, policies, now)
  const { postponed } = entry
  // Whatever the step is: a step that failed for good would otherwise fail again every five minutes.
  return decision.kind === 'enforce' && postponed !== undefined && postponed.until > now
    ? wait(postponed.until, `enforcement is postponed: ${postponed.why}`)
    : decision
}

function decideUnpostponed(entry: Entry, policies: Policies, now: EpochMs): Decision {
  if (entry.state === 'resolved' || entry.state === 'deleted') return decideEnded(entry, now)
  if (entry.postponed?.settles === true) return settleFirst
  if (entry.hold !== undefined) return decideHeld(entry, entry.hold, now)
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined) return decideWithoutPolicy(entry, now)
  if (policy.mode === 'dry-run' && entry.state !== 'issuing') {
    const handover = decideHandover(entry, now)
    return hasNoTime(handover) ? wait(undefined, `policy ${policy.name} is in dry run`) : handover
  }
  const { exemption } = entry
  if (exemption !== undefined && exemption.until > now && entry.state !== 'issuing') {
    const handover = decideHandover(entry, now)
    const rule = `${exemption.approver} exempted the key`
    return handover.kind === 'wait' ? sooner(handover, exemption.until, rule) : handover
  }
  return decideState(entry, policies, policy, now)
}

/**
 * Without a policy keynag ends what it has begun. An operator is asked about a key that is only nagged
 * about and whose policy is not in the configuration, because that may be a mistake.
 */
function decideWithoutPolicy(
  entry: Exclude<Entry, { state: 'resolved' | 'deleted' }>,
  now: EpochMs,
): Decision {
  const isCovered = entry.policy !== noPolicy
  const why = isCovered
    ? `policy "${entry.policy}" is no longer in the configuration`
    : 'no policy covers the user any more'
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return isCovered ? { kind: 'hold', code: 'policy-gone', why } : wait(undefined, why)
    case 'issuing':
    case 'issued':
      return abandon(why)
    case 'deactivated':
      return awaitsDeletion(entry) ? abandon(why) : decideHandover(entry, now)
    default:
      return entry satisfies never
  }
}

/** Whether a rotation is still open to delete the key, or a date of the deletion was announced. */
const awaitsDeletion = ({ deletes, deletionAnnounced }: EntryIn<'deactivated'>): boolean =>
  deletes === true || deletionAnnounced !== undefined

function decideState(
  entry: Exclude<Entry, { state: 'resolved' | 'deleted' }>,
  policies: Policies,
  policy: Policy,
  now: EpochMs,
): Decision {
  const deed = nextDeed(entry, policies, now)
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return decideUnanswered(entry, policy, deed, reminderTime(entry, policies, policy, now), now)
    case 'issuing':
      return decideIssuing(entry, policy)
    case 'issued':
      return decideIssued(entry, policy, deed, now)
    case 'deactivated':
      return decideDeactivated(entry, policy, deed, now)
    default:
      return entry satisfies never
  }
}

/** A hold stops everything but the end of the hand-over: its secret is no lasting store. */
function decideHeld(entry: Entry, { code }: NonNullable<Entry['hold']>, now: EpochMs): Decision {
  const rule = `the key is held (${code}) until an operator releases it`
  // While keynag makes a replacement, the rotation itself retires the secret of the one before.
  if (entry.state === 'issuing') return wait(undefined, rule)
  const handover = decideHandover(entry, now)
  return handover.kind === 'wait' ? wait(handover.until, rule) : handover
}

/** Of a key with an open intent; see `openIntent`. */
export const settleFirst: Decision = {
  kind: 'enforce',
  step: 'settle',
  rule: 'keynag was about to change the key, and finds out whether it did',
}

const abandon = (rule: string): Decision => ({ kind: 'enforce', step: 'abandon', rule })

const warningIsVoid =
  'the warning before this rotation no longer counts: its mail came back, the owner changed, or the key was exempted'

/**
 * keynag goes on making a replacement while the policy still rotates and the warning still counts.
 * Otherwise it abandons the rotation; a replacement that is already stored is still issued.
 */
function decideIssuing(entry: EntryIn<'issuing'>, policy: Policy): Decision {
  if (policy.mode !== 'enforce' || policy.enforce.kind !== 'rotate') {
    return abandon(`policy ${policy.name} stopped rotating while keynag was making a replacement`)
  }
  if (entry.warned === undefined) return abandon(warningIsVoid)
  return { kind: 'enforce', step: 'rotate', rule: 'keynag is making a replacement' }
}

function decideUnanswered(
  entry: Unanswered,
  policy: Policy,
  deed: NextDeed | undefined,
  nag: ReminderTime,
  now: EpochMs,
): Decision {
  const handover = decideHandover(entry, now)
  if (handover.kind === 'enforce') return handover
  if (entry.snooze !== undefined && entry.snooze.until > now) {
    return wait(entry.snooze.until, `snoozed by ${entry.snooze.by}`)
  }
  if (entry.undeliveredCount >= undeliverableAfter && policy.enforce.kind !== 'none') {
    return {
      kind: 'hold',
      code: 'owner-unreachable',
      why: `the last ${entry.undeliveredCount} reminders reached nobody`,
    }
  }
  const enforcement = timeOfDeed(deed)
  if (enforcement !== undefined && enforcement.at <= now) return enforcement.decision
  const escalation = escalationTime(entry, policy)
  if (escalation !== undefined && escalation.at <= now) {
    return {
      kind: 'escalate',
      level: escalation.level,
      rung: escalation.rung,
      rule: escalation.rule,
    }
  }
  if (nag.at <= now) return { kind: 'nag', rule: nag.rule }
  const times = [nag, escalation, enforcement, timeOf(handover)].filter(
    (time) => time !== undefined,
  )
  const soonest = times.reduce((first, time) => (time.at < first.at ? time : first))
  return wait(soonest.at, soonest.rule)
}

function escalationTime(entry: Unanswered, policy: Policy) {
  const level = entry.escalationLevel + 1
  const rung = policy.escalation[entry.escalationLevel]
  if (rung === undefined || toInstall(entry, policy) !== undefined) return undefined
  const times: { at: EpochMs; rule: string }[] = []
  if (rung.atDay !== undefined) {
    times.push({
      at: plusDays(entry.createdAt, rung.atDay),
      rule: `keynag escalates to ${rung.to} when the key is ${daysText(rung.atDay)} old`,
    })
  }
  if (
    rung.afterNags !== undefined &&
    entry.nagCount >= rung.afterNags &&
    entry.lastNaggedAt !== undefined
  ) {
    times.push({
      at: plusDays(entry.lastNaggedAt, policy.nag.everyDays),
      rule: `keynag escalates to ${rung.to} after ${rung.afterNags} unanswered nags`,
    })
  }
  const [first, second] = times
  if (first === undefined) return undefined
  const { at, rule } = second !== undefined && second.at < first.at ? second : first
  return { level, rung, rule, at: later(at, afterLastRung(entry, policy)) }
}

/**
 * Each rung gets one nag period to act before the next one is told, also when the ladder was added to
 * a key that was nagged for long, so that several rungs are due at once.
 */
const afterLastRung = ({ lastEscalatedAt }: Unanswered, { nag }: Policy): EpochMs =>
  lastEscalatedAt === undefined ? epochMs(0) : plusDays(lastEscalatedAt, nag.everyDays)

/** When keynag may act: never before the message that the deed requires was delivered. */
const timeOfDeed = (
  deed: NextDeed | undefined,
): { at: EpochMs; rule: string; decision: Decision } | undefined =>
  deed?.due === undefined || !deed.isTold
    ? undefined
    : {
        at: deed.due,
        rule: deed.rule,
        decision: { kind: 'enforce', step: deed.deed, rule: deed.rule },
      }

function decideIssued(
  entry: EntryIn<'issued'>,
  policy: Policy,
  deed: NextDeed | undefined,
  now: EpochMs,
): Decision {
  if (deed === undefined) return abandon(`policy ${policy.name} enforces nothing now`)
  const handover = deed.isTold ? decideHandover(entry, now) : keptForOwner
  if (handover.kind === 'enforce') return handover
  if (deed.isTold) return whenDue(deed, handover, now)
  if (entry.withdrawn !== undefined) {
    return unreached(entry.withdrawn, 'the message about the replacement')
  }
  return tellAgain('replacement', entry.handover.issuedAt, handover, now)
}

function decideDeactivated(
  entry: EntryIn<'deactivated'>,
  policy: Policy,
  deed: NextDeed | undefined,
  now: EpochMs,
): Decision {
  if (deed === undefined && awaitsDeletion(entry)) {
    return abandon(`policy ${policy.name} deletes nothing now`)
  }
  if (entry.withdrawn !== undefined) {
    return unreached(
      entry.withdrawn,
      'a message that the deactivation required, or the last message,',
    )
  }
  const handover = decideHandover(entry, now)
  if (deed === undefined) return handover
  if (deed.isTold) return whenDue(deed, handover, now)
  return tellAgain('deactivation', entry.deactivatedAt, handover, now)
}

/** keynag writes a message that a deed requires anew when it was not delivered in a day. */
function tellAgain(news: string, since: EpochMs, handover: Decision, now: EpochMs): Decision {
  const rule = `the message about the ${news} was not delivered yet`
  const again = plusDays(since, 1)
  if (again <= now) return { kind: 'enforce', step: 'tell', rule }
  return handover.kind === 'wait' ? sooner(handover, again, rule) : handover
}

/** Acts when the deed is due. Until then only the end of the hand-over may come first. */
function whenDue(deed: NextDeed, handover: Decision, now: EpochMs): Decision {
  const time = timeOfDeed(deed)
  if (time !== undefined && time.at <= now) return time.decision
  return handover.kind === 'wait' ? sooner(handover, time?.at, deed.rule) : handover
}

/** Waits until the hand-over's end or until `at`, whichever comes first. */
const sooner = (handover: Decision, at: EpochMs | undefined, rule: string): Decision => {
  const time = timeOf(handover)
  return time !== undefined && (at === undefined || time.at < at) ? handover : wait(at, rule)
}

/** A resolved or deleted key may leave a rotation to abandon or a secret to retire. */
function decideEnded(entry: EntryIn<'resolved'> | EntryIn<'deleted'>, now: EpochMs): Decision {
  const { hold } = entry
  // A hold from before the end is about the key if it comes back, and not about what its rotation left.
  const isHeldSince =
    entry.state === 'resolved' && hold !== undefined && hold.since > entry.resolvedAt
  if (entry.state === 'resolved' && entry.rotationId !== undefined && !isHeldSince) {
    return abandon(`the key is resolved (${entry.resolution}), and its rotation is still open`)
  }
  return hold === undefined ? decideHandover(entry, now) : decideHeld(entry, hold, now)
}

const hasNoTime = (decision: Decision): boolean =>
  decision.kind === 'wait' && decision.until === undefined

const timeOf = (decision: Decision): { at: EpochMs; rule: string } | undefined =>
  decision.kind === 'wait' && decision.until !== undefined
    ? { at: decision.until, rule: decision.rule }
    : undefined

/**
 * keynag enforces nothing on the basis of a message that the owner never got. A bounce may arrive
 * days after SES accepted the mail, so this is asked again before every later step.
 */
const unreached = ({ how, why }: NonNullable<Entry['withdrawn']>, what: string): Decision => ({
  kind: 'hold',
  code: 'owner-unreachable',
  why: `${what} did not reach the owner (${how}: ${why})`,
})

/**
 * The hand-over secret is no lasting store: keynag retires it when its retention ends. But while the
 * owner has to be told of the replacement, perhaps anew, the owner may have to fetch it.
 */
function decideHandover(entry: Entry, now: EpochMs): Decision {
  const { handover } = entry
  if (handover?.retireAt === undefined || handover.retiredAt !== undefined) {
    return wait(undefined, 'keynag has nothing more to do for this key')
  }
  if (entry.state === 'issued' && handover.deliveredAt === undefined) return keptForOwner
  const rule = 'keynag retires the hand-over secret when its retention ends'
  return handover.retireAt <= now
    ? { kind: 'enforce', step: 'retire-secret', rule }
    : wait(handover.retireAt, rule)
}

const keptForOwner = wait(
  undefined,
  'keynag keeps the hand-over secret for the owner, who is told of it first',
)

const later = (a: EpochMs, b: EpochMs): EpochMs => (a > b ? a : b)

/**
 * The entry with `dueAt` set from its next decision: `now` when something is to be done, the
 * instant until which keynag waits, or absent when only an event can change the decision.
 */
export function schedule(entry: Entry, policies: Policies, now: EpochMs): Entry {
  const { dueAt: _, ...rest } = entry
  const decision = decide(rest, policies, now)
  if (decision.kind !== 'wait') return { ...rest, dueAt: now }
  return decision.until === undefined ? rest : { ...rest, dueAt: decision.until }
}
