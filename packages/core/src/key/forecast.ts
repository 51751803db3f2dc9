import { NoticeId, RotationId, type AccessKeyId } from '../ids.ts'
import { policyNamed, type Policies } from '../policy/policies.ts'
import { announcementOf } from './key-card.ts'
import type { ArmedEnforcement } from '../policy/policy.ts'
import { plusDays, type EpochMs } from '../time.ts'
import { decide, type Decision } from './decide.ts'
import type { Entry } from './entry.ts'
import { evolve } from './evolve.ts'
import type { Fact } from './fact.ts'
import { nextDeed } from './next-deed.ts'
import { useGate } from './rotation-plan.ts'
import { finality } from './warning.ts'

/** One step that keynag will take for a key, and the rule behind it. */
export interface Forecast {
  readonly at: EpochMs
  readonly accessKeyId: AccessKeyId
  readonly what:
    | 'nag'
    | 'escalate'
    | 'rotate'
    | 'issue'
    | 'deactivate'
    | 'delete'
    | 'retire-secret'
    | 'abandon'
    | 'tell'
    | 'settle'
    | 'call-off'
    | 'hold'
  readonly rule: string
}

/**
 * The steps from `from` through the next `days` days (of 24 hours), soonest first. It assumes that
 * nobody acts, every message is delivered and no key is used again. It ignores caps, the freeze and
 * the grouping of messages.
 */
export function forecast(
  entries: Iterable<Entry>,
  policies: Policies,
  from: EpochMs,
  days: number,
): readonly Forecast[] {
  const all: Forecast[] = []
  for (const entry of entries) all.push(...forecastKey(entry, policies, from, days))
  return all.sort((a, b) => a.at - b.at)
}

function forecastKey(
  start: Entry,
  policies: Policies,
  from: EpochMs,
  days: number,
): readonly Forecast[] {
  const ahead: Forecast[] = []
  const end = plusDays(from, days)
  let entry = withDelivery(start, policies, from)
  let now = from
  // A key gets at most one nag a day and fewer than a hundred other steps in its life.
  for (let turn = 0; turn < 100 + 4 * days; turn += 1) {
    const decision = withUseGate(entry, decide(entry, policies, now), policies, now)
    if (decision.kind === 'wait') {
      if (decision.until === undefined || decision.until > end) return ahead
      now = decision.until
      continue
    }
    const { facts, ...next } = stepOf(entry, decision, policies, now)
    ahead.push({ at: now, accessKeyId: entry.accessKeyId, ...next })
    if (decision.kind === 'hold') return ahead
    for (const fact of facts) entry = evolve(entry, fact, now)
  }
  throw new Error(`${entry.accessKeyId}: its forecast does not end`)
}

const rotationId = RotationId.parse('00000000-0000-4000-8000-000000000000')
const noticeId = NoticeId.parse('forecast')
const delivery = { channel: 'forecast', to: 'forecast', messageId: 'forecast' }

/** Assumes that a message that is still on its way, and that a deed stands on, is delivered now. */
const withDelivery = (entry: Entry, policies: Policies, now: EpochMs): Entry =>
  isOnItsWay(entry) ? evolve(entry, deliveryOf(entry, policies, now), now) : entry

const isOnItsWay = (entry: Entry): boolean =>
  (entry.state === 'issued' && entry.handover.deliveredAt === undefined) ||
  (entry.state === 'deactivated' && entry.deletionAnnounced === undefined)

/** The delivery of the message that the next deed stands on, with the date that it names. */
function deliveryOf(entry: Entry, policies: Policies, now: EpochMs): Fact {
  const { at, isFinal } = nextDeed(entry, policies, now) ?? {}
  return entry.state === 'deactivated'
    ? {
        kind: 'deactivation-delivered',
        noticeId,
        delivery,
        ...(at === undefined ? {} : { deletesAt: at }),
      }
    : {
        kind: 'replacement-delivered',
        noticeId,
        delivery,
        ...(at === undefined ? {} : { deactivatesAt: at }),
        ...finality(isFinal),
      }
}

/** The rotator also checks that the key is not in use; the forecast checks the ledger's last use. */
function withUseGate(entry: Entry, decision: Decision, policies: Policies, now: EpochMs): Decision {
  if (decision.kind !== 'enforce' || decision.step !== 'deactivate') return decision
  const enforce = armed(entry, policies)
  const lastUsed = new Map([[entry.accessKeyId, entry.lastUsed]])
  const step = useGate({ keys: [], lastUsed, makers: new Map() }, entry.accessKeyId, enforce, now)
  if (step?.kind === 'hold') return step
  if (step?.kind === 'wait') return { kind: 'wait', until: step.until, rule: step.why }
  return decision
}

function armed(entry: Entry, policies: Policies): ArmedEnforcement {
  const enforce = policyNamed(policies, entry.policy)?.enforce
  if (enforce === undefined || enforce.kind === 'none') {
    throw new Error(`${entry.accessKeyId}: policy "${entry.policy}" enforces nothing`)
  }
  return enforce
}

type Step = Pick<Forecast, 'what' | 'rule'> & { readonly facts: readonly Fact[] }

function stepOf(
  entry: Entry,
  decision: Exclude<Decision, { kind: 'wait' }>,
  policies: Policies,
  now: EpochMs,
): Step {
  switch (decision.kind) {
    case 'hold':
      return { what: 'hold', rule: decision.why, facts: [] }
    case 'nag': {
      const { rule } = decision
      const announcement = announcementOf(entry, policies, now)
      const facts = [{ kind: 'nagged', noticeId, delivery, ...announcement, rule }] as const
      return { what: 'nag', rule, facts }
    }
    case 'escalate': {
      const { rule, level, rung } = decision
      const facts = [{ kind: 'escalated', noticeId, level, to: rung.to, rule }] as const
      return { what: 'escalate', rule, facts }
    }
    case 'call-off': {
      const { rule, deed, date, movedTo } = decision
      const moved = movedTo === undefined ? {} : { movedTo }
      const facts = [{ kind: 'called-off', noticeId, deed, date, ...moved, why: rule }] as const
      return { what: 'call-off', rule, facts }
    }
    case 'enforce':
      return enforcementOf(entry, decision, policies, now)
    default:
      return decision satisfies never
  }
}

function enforcementOf(
  entry: Entry,
  { step, rule }: Extract<Decision, { kind: 'enforce' }>,
  policies: Policies,
  now: EpochMs,
): Step {
  switch (step) {
    case 'rotate': {
      if (entry.state !== 'issuing') {
        return { what: 'rotate', rule, facts: [{ kind: 'rotation-opened', rotationId, rule }] }
      }
      const enforce = armed(entry, policies)
      const retentionDays = enforce.kind === 'rotate' ? enforce.retentionDays : 0
      const issued = {
        kind: 'replacement-issued',
        rotationId,
        replacementKeyId: entry.accessKeyId,
        secretArn: '',
        retireAt: plusDays(now, retentionDays),
      } as const
      const told = deliveryOf(evolve(entry, issued, now), policies, now)
      return { what: 'issue', rule, facts: [issued, told] }
    }
    case 'deactivate': {
      const off = { kind: 'deactivated', rotationId, rule } as const
      const told = deliveryOf(evolve(entry, off, now), policies, now)
      return { what: 'deactivate', rule, facts: [off, told] }
    }
    case 'delete':
      return { what: 'delete', rule, facts: [{ kind: 'deleted', rotationId, rule }] }
    case 'tell':
      return {
        what: 'tell',
        rule,
        facts: [deliveryOf(entry, policies, now)],
      }
    case 'abandon':
      return {
        what: 'abandon',
        rule,
        facts: [{ kind: 'rotation-abandoned', rotationId, why: rule }],
      }
    case 'settle': {
      // Assumes that the change was not made.
      const facts = [{ kind: 'postponed', until: now, why: rule }] as const
      return { what: 'settle', rule, facts }
    }
    case 'retire-secret':
      return { what: 'retire-secret', rule, facts: [{ kind: 'secret-retired', why: rule }] }
    default:
      return step satisfies never
  }
}
