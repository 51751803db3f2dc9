import { policyNamed, type Policies } from '../policy/policies.ts'
import { nextOpening } from '../policy/window.ts'
import { warnFrom, type ArmedEnforcement, type Policy, type Rung } from '../policy/policy.ts'
import { plusDays, type EpochMs } from '../time.ts'
import type { Entry, EntryIn } from './entry.ts'
import type { HoldCode } from './fact.ts'

/** What keynag should do about a key now, with the rule that says so. */
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

export type EnforcementStep =
  | 'rotate'
  | 'deactivate'
  | 'delete'
  | 'retire-secret'
  /** Give the rotation up. */
  | 'abandon'
  /** Send the news of the replacement once more. */
  | 'tell'

/** News of a replacement that was not delivered after so long is written anew. */
const tellAgainDays = 1

/** Nags that reached nobody, in a row, after which a person has to look. */
export const undeliverableAfter = 3

const wait = (until: EpochMs | undefined, rule: string): Decision => ({ kind: 'wait', until, rule })

/** Pure: the same entry, policies and instant always give the same decision. */
export function decide(entry: Entry, policies: Policies, now: EpochMs): Decision {
  if (entry.hold !== undefined) return wait(undefined, `held: ${entry.hold.code}`)
  if (entry.state === 'resolved' || entry.state === 'deleted') {
    return unlessPostponed(entry, decideEnded(entry, now), now)
  }
  const policy = policyNamed(policies, entry.policy)
  if (policy === undefined) {
    return {
      kind: 'hold',
      code: 'policy-gone',
      why: `policy "${entry.policy}" is no longer in the configuration`,
    }
  }
  if (policy.mode === 'dry-run' && entry.state !== 'issuing') {
    const handover = decideHandover(entry, now)
    return isNothing(handover) ? wait(undefined, `dry run of policy ${policy.name}`) : handover
  }
  const { exemption } = entry
  if (exemption !== undefined && exemption.until > now && entry.state !== 'issuing') {
    return wait(exemption.until, `exempt, approved by ${exemption.approver}`)
  }
  return unlessPostponed(entry, decideState(entry, policy, now), now)
}

function unlessPostponed({ postponed }: Entry, decision: Decision, now: EpochMs): Decision {
  return decision.kind === 'enforce' && postponed !== undefined && postponed.until > now
    ? wait(postponed.until, `postponed: ${postponed.why}`)
    : decision
}

function decideState(
  entry: Exclude<Entry, { state: 'resolved' | 'deleted' }>,
  policy: Policy,
  now: EpochMs,
): Decision {
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return decideUnanswered(entry, policy, now)
    case 'issuing':
      return decideIssuing(entry, policy)
    case 'issued':
      return decideIssued(entry, policy, now)
    case 'deactivated':
      return decideDeactivated(entry, policy, now)
    default:
      return entry satisfies never
  }
}

const abandon = (rule: string): Decision => ({ kind: 'enforce', step: 'abandon', rule })

/** What was made already is issued all the same; nothing more is begun. */
function decideIssuing(entry: EntryIn<'issuing'>, policy: Policy): Decision {
  if (policy.mode !== 'enforce' || policy.enforce.kind !== 'rotate') {
    return abandon(`policy ${policy.name} stopped rotating while a replacement was being made`)
  }
  if (entry.warned === undefined) return abandon('the warning before it does not count any more')
  return { kind: 'enforce', step: 'rotate', rule: 'a replacement is being made' }
}

type Unanswered = EntryIn<'nagging'> | EntryIn<'escalated'>

function decideUnanswered(entry: Unanswered, policy: Policy, now: EpochMs): Decision {
  const handover = decideHandover(entry, now)
  if (handover.kind === 'enforce') return handover
  if (entry.snooze !== undefined && entry.snooze.until > now) {
    return wait(entry.snooze.until, `snoozed by ${entry.snooze.by}`)
  }
  if (entry.undeliveredCount >= undeliverableAfter && policy.enforce.kind !== 'none') {
    return {
      kind: 'hold',
      code: 'owner-unreachable',
      why: `${entry.undeliveredCount} messages in a row reached nobody`,
    }
  }
  const enforcement = enforcementTime(entry, policy, now)
  if (enforcement !== undefined && enforcement.at <= now) {
    return { kind: 'enforce', step: enforcement.step, rule: enforcement.rule }
  }
  const escalation = escalationTime(entry, policy)
  if (escalation !== undefined && escalation.at <= now) {
    return {
      kind: 'escalate',
      level: escalation.level,
      rung: escalation.rung,
      rule: escalation.rule,
    }
  }
  const nag = nagTime(entry, policy)
  if (nag.at <= now) return { kind: 'nag', rule: nag.rule }
  const times = [nag, escalation, enforcement, timeOf(handover)].filter(
    (time) => time !== undefined,
  )
  const soonest = times.reduce((first, time) => (time.at < first.at ? time : first))
  return wait(soonest.at, soonest.rule)
}

function nagTime(entry: Unanswered, policy: Policy) {
  const { everyDays } = policy.nag
  return entry.lastNaggedAt === undefined
    ? {
        at: plusDays(entry.createdAt, warnFrom(policy)),
        rule: `first nag when the key is ${warnFrom(policy)} days old`,
      }
    : { at: plusDays(entry.lastNaggedAt, everyDays), rule: `a nag every ${everyDays} days` }
}

function escalationTime(entry: Unanswered, policy: Policy) {
  const level = entry.escalationLevel + 1
  const rung = policy.escalation[entry.escalationLevel]
  if (rung === undefined) return undefined
  const times: { at: EpochMs; rule: string }[] = []
  if (rung.atDay !== undefined) {
    times.push({
      at: plusDays(entry.createdAt, rung.atDay),
      rule: `tell ${rung.to} when the key is ${rung.atDay} days old`,
    })
  }
  if (
    rung.afterNags !== undefined &&
    entry.nagCount >= rung.afterNags &&
    entry.lastNaggedAt !== undefined
  ) {
    times.push({
      at: plusDays(entry.lastNaggedAt, policy.nag.everyDays),
      rule: `tell ${rung.to} after ${rung.afterNags} unanswered nags`,
    })
  }
  const [first, second] = times
  if (first === undefined) return undefined
  return { level, rung, ...(second !== undefined && second.at < first.at ? second : first) }
}

/**
 * When enforcement may begin: the key is old enough, somebody was really warned, and the window is
 * open. A warning that was not delivered does not count, so without one there is no such time.
 */
function enforcementTime(entry: Unanswered, policy: Policy, now: EpochMs) {
  const { enforce } = policy
  if (policy.mode !== 'enforce' || enforce.kind === 'none') return undefined
  if (entry.warned?.of !== enforce.kind || entry.nagCount < enforce.afterNags) return undefined
  if (entry.status !== 'Active') return undefined
  const old = plusDays(entry.createdAt, enforce.atDay)
  const grace = enforce.kind === 'rotate' ? 0 : enforce.installationGraceDays
  const at = opening(enforce, later(old, plusDays(entry.warned.at, grace)), now)
  if (at === undefined) return undefined
  const step = enforce.kind === 'rotate' ? ('rotate' as const) : ('deactivate' as const)
  const rule =
    step === 'rotate'
      ? `replace at ${enforce.atDay} days, after a delivered warning`
      : `deactivate at ${enforce.atDay} days, ${grace} days after a delivered warning`
  return { at, step, rule }
}

function decideIssued(entry: EntryIn<'issued'>, policy: Policy, now: EpochMs): Decision {
  const { enforce } = policy
  const handover = decideHandover(entry, now)
  if (handover.kind === 'enforce') return handover
  if (policy.mode !== 'enforce' || enforce.kind === 'none') {
    return isNothing(handover) ? wait(undefined, 'the policy no longer enforces') : handover
  }
  const { deliveredAt } = entry.handover
  if (deliveredAt === undefined && entry.withdrawn !== undefined) {
    return unreached(entry.withdrawn, 'the news of the replacement')
  }
  if (deliveredAt === undefined) {
    const rule = 'the owner has not been told of the replacement yet'
    const again = plusDays(entry.handover.issuedAt, tellAgainDays)
    return again <= now ? { kind: 'enforce', step: 'tell', rule } : sooner(handover, again, rule)
  }
  const at = opening(enforce, plusDays(deliveredAt, enforce.installationGraceDays), now)
  const rule = `deactivate ${enforce.installationGraceDays} days after the replacement was delivered`
  if (at !== undefined && at <= now) return { kind: 'enforce', step: 'deactivate', rule }
  return sooner(handover, at, rule)
}

function decideDeactivated(entry: EntryIn<'deactivated'>, policy: Policy, now: EpochMs): Decision {
  const { enforce } = policy
  if (entry.withdrawn !== undefined) {
    return unreached(entry.withdrawn, 'a message that the deactivation stood on, or the last one,')
  }
  if (
    policy.mode !== 'enforce' ||
    enforce.kind === 'none' ||
    enforce.kind === 'deactivate' ||
    enforce.recoveryGraceDays === 'never'
  ) {
    return decideHandover(entry, now)
  }
  const at = opening(enforce, plusDays(entry.deactivatedAt, enforce.recoveryGraceDays), now)
  const rule = `delete ${enforce.recoveryGraceDays} days after the deactivation`
  if (at !== undefined && at <= now) return { kind: 'enforce', step: 'delete', rule }
  const handover = decideHandover(entry, now)
  return handover.kind === 'wait' ? sooner(handover, at, rule) : handover
}

/** Waits for whichever comes first: the hand-over's end, or this. */
const sooner = (handover: Decision, at: EpochMs | undefined, rule: string): Decision => {
  const time = timeOf(handover)
  return time !== undefined && (at === undefined || time.at < at) ? handover : wait(at, rule)
}

/** A key whose story has ended may leave a rotation to be given up, or a secret to be retired. */
function decideEnded(entry: EntryIn<'resolved'> | EntryIn<'deleted'>, now: EpochMs): Decision {
  if (entry.state === 'resolved' && entry.rotationId !== undefined) {
    const rule = `the key is ${entry.resolution}, and its rotation still open`
    return abandon(rule)
  }
  return decideHandover(entry, now)
}

const isNothing = (decision: Decision): boolean =>
  decision.kind === 'wait' && decision.until === undefined

const timeOf = (decision: Decision): { at: EpochMs; rule: string } | undefined =>
  decision.kind === 'wait' && decision.until !== undefined
    ? { at: decision.until, rule: decision.rule }
    : undefined

/** Nothing goes on by itself on the strength of what nobody got, also when that shows late. */
const unreached = ({ how, why }: NonNullable<Entry['withdrawn']>, what: string): Decision => ({
  kind: 'hold',
  code: 'owner-unreachable',
  why: `${what} did not reach the owner (${how}: ${why})`,
})

/** The hand-over secret is not a vault: it goes when its retention is over. */
function decideHandover(entry: Entry, now: EpochMs): Decision {
  const { handover } = entry
  if (handover?.retireAt === undefined || handover.retiredAt !== undefined) {
    return wait(undefined, 'nothing more to do')
  }
  const rule = 'retire the hand-over secret when its retention is over'
  return handover.retireAt <= now
    ? { kind: 'enforce', step: 'retire-secret', rule }
    : wait(handover.retireAt, rule)
}

/** The first instant inside the window at or after `at`; a missed opening waits for the next. */
const opening = (enforce: ArmedEnforcement, at: EpochMs, now: EpochMs): EpochMs | undefined =>
  nextOpening(enforce.window, later(at, now))

const later = (a: EpochMs, b: EpochMs): EpochMs => (a > b ? a : b)

/** The entry with `dueAt` as the decision after it says: now, later, or not by time alone. */
export function schedule(entry: Entry, policies: Policies, now: EpochMs): Entry {
  const { dueAt: _, ...rest } = entry
  const decision = decide(rest, policies, now)
  if (decision.kind !== 'wait') return { ...rest, dueAt: now }
  return decision.until === undefined ? rest : { ...rest, dueAt: decision.until }
}
