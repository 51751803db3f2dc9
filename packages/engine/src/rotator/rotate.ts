import {
  decide,
  done,
  isProtected,
  type KeynagError,
  openIntent,
  park,
  plusDays,
  policyNamed,
  settleFirst,
  unreadText,
  type ArmedEnforcement,
  type Decision,
  type EnforcementStep,
  type Entry,
  type EventOf,
  type Goal,
  type Outcome,
  type Step,
  type UserRef,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import type { ReceivedMessage } from '../ports.ts'
import { recordFact } from '../record-fact.ts'
import { unreadNow } from '../unread-now.ts'
import { abandon, abandonedFact } from './abandon.ts'
import { act } from './act.ts'
import { claim, claimOpen } from './claim.ts'
import { changeOfUser, lookAfresh } from './fresh-look.ts'
import { look } from './look.ts'
import { freezeOver } from './obstacle.ts'
import { recordDecided } from './record-decided.ts'
import { retireSecret } from './retire-secret.ts'
import {
  held,
  postponed,
  refusalIn,
  refused,
  userNotFound,
  type Decided,
  type RotationRun,
  type RotatorPorts,
  type StepResult,
} from './rotation-run.ts'

/**
 * One step of the saga for one key: read the ledger, decide, claim the lease, look at IAM, act, record.
 * docs/rotation.md says what each step promises.
 */
export const rotate =
  (ports: RotatorPorts) =>
  async (event: EventOf<'rotation.due'>, received: Received): Promise<Outcome> => {
    const { accessKeyId } = event.data
    const entry = await ports.ledger.entry(accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${accessKeyId}`)
    }
    const wanted = await wantedOf(ports, entry)
    if (wanted.kind !== 'enforce') return done(`not due: ${wanted.kind}`)
    const unread = await unreadNow(ports, entry)
    if (unread !== undefined) return done(`the account is ${unreadText(unread)}`)
    const { step, rule } = wanted
    const decided = { entry, rule, actor: actorOf(event), received }
    try {
      return step === 'settle' ? await settle(ports, decided) : await enforce(ports, decided, step)
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      if (await lookAgainTomorrow(ports, decided, refusal, step === 'settle')) throw error
      return done(`another delivery has put the key off: ${refusal.code}`)
    }
  }

/** An open intent is settled before policies, modes, holds and postponements of the change count. */
async function wantedOf(ports: RotatorPorts, entry: Entry): Promise<Decision> {
  const decision = decide(entry, ports.organization.policies, ports.clock.now())
  if (entry.postponed?.settles === true) return decision
  const rotation = await ports.ledger.rotation(entry.accountId, entry.userId)
  return openIntent(rotation, entry) === undefined ? decision : settleFirst
}

/**
 * Finds out what became of an intent whose delivery died. This only looks and records, so no freeze
 * and no protection of the user stops it.
 */
async function settle(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const user = await identify(ports, decided.entry)
  if (user === undefined) {
    const { until, why } = userNotFound(ports.clock.now())
    return recordDecided(ports, decided, postponed(until, why, true))
  }
  const claimed = await claimOpen(ports, decided)
  if (claimed.kind === 'not-now') return done(claimed.why)
  const isSettled = postponed(ports.clock.now(), 'no intent is open')
  if (claimed.kind === 'none') return recordDecided(ports, decided, isSettled)
  const { run } = claimed
  return openIntent(run.rotation, run.entry) === undefined
    ? run.record(isSettled)
    : takeStep(run, user, { wanted: 'settle' })
}

type Received = Pick<ReceivedMessage, 'remainingMs'>

async function enforce(
  ports: RotatorPorts,
  decided: Decided,
  step: Exclude<EnforcementStep, 'settle'>,
): Promise<Outcome> {
  const frozen = await freezeOver(ports, decided.entry)
  if (frozen !== undefined) return recordOpen(ports, decided, frozen)
  switch (step) {
    case 'rotate':
    case 'deactivate':
    case 'delete':
      return changeKeys(ports, decided, step)
    case 'retire-secret':
      return retireSecret(ports, decided)
    case 'tell':
      return tellAgain(ports, decided)
    case 'abandon':
      return giveUp(ports, decided)
    default:
      return step satisfies never
  }
}

/** Goes on with what the policy enforces. */
async function changeKeys(
  ports: RotatorPorts,
  decided: Decided,
  wanted: 'rotate' | 'deactivate' | 'delete',
): Promise<Outcome> {
  const { entry } = decided
  const fresh = await lookAfresh(ports, entry)
  if (fresh.kind === 'no-user') {
    return postpone(ports, decided, userNotFound(ports.clock.now()).why)
  }
  if (fresh.kind === 'differs') return recordOpen(ports, decided, fresh)
  const { user } = fresh
  const claimed = await claim(ports, decided, wanted)
  switch (claimed.kind) {
    case 'not-now':
      return done(claimed.why)
    case 'postpone':
      return postpone(ports, decided, claimed.why)
    case 'claimed':
      return takeStep(claimed.run, user, { wanted, enforce: enforcementOf(ports, entry) })
    default:
      return claimed satisfies never
  }
}

/**
 * A failed act keeps the lease: its request may have been sent all the same, and may arrive when
 * nobody waits for it any more. The lease then expires by itself.
 */
async function takeStep(run: RotationRun, user: UserRef, goal: Goal): Promise<Outcome> {
  return run.record(await lookAndAct(run, user, goal))
}

async function lookAndAct(run: RotationRun, user: UserRef, goal: Goal): Promise<StepResult> {
  try {
    const { step, seen } = await look(run, user, goal)
    const stop = bound.has(step.kind) ? await changeOfUser(run) : undefined
    return stop ?? (await act(run, user, step, seen, goal))
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal === undefined || !run.isHeld) throw error
    // An open intent is settled the next day too, and not by each sweep until then.
    return refused(refusal, run.now, openIntent(run.rotation, run.entry) !== undefined)
  }
}

/** Steps that cannot be undone, and steps that send news to the owner: the user is read before each. */
const bound: ReadonlySet<Step['kind']> = new Set([
  'create',
  'test-and-issue',
  'adopt-owners',
  'deactivate',
  'delete',
])

/** Ends a rotation whose key is settled, or whose policy orders it no more. */
async function giveUp(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const { entry, rule } = decided
  const fresh = await lookAfresh(ports, entry)
  if (fresh.kind === 'differs') return recordDecided(ports, decided, fresh)
  const claimed = await claimOpen(ports, decided)
  if (claimed.kind === 'not-now') return done(claimed.why)
  if (claimed.kind === 'none') {
    const fact =
      'rotationId' in entry && entry.rotationId !== undefined
        ? abandonedFact(entry, entry.rotationId, rule)
        : undefined
    if (fact === undefined) return done('there is nothing to give up')
    return recordDecided(ports, decided, { fact })
  }
  const { run } = claimed
  const isKeyLeft = ['creating', 'undoing', 'stored'].includes(run.rotation.phase.kind)
  if (!isKeyLeft) return run.record(await abandon(run))
  if (fresh.kind === 'no-user') {
    // Only a deleted user has left no key that could be lost. A scan tells which it is.
    const isDeleted = entry.state === 'resolved' && entry.resolution === 'user-deleted'
    const { until, why } = userNotFound(run.now)
    return run.record(isDeleted ? await abandon(run) : postponed(until, why))
  }
  if (isProtected(fresh.user, ports.organization)) {
    return run.record(held('protected', 'the configuration protects this user'))
  }
  return takeStep(run, fresh.user, { wanted: 'abandon' })
}

/** Sends a message that a deed stands on once more, at most once a day: the fact postpones the next. */
function tellAgain(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const { entry, rule } = decided
  const until = plusDays(ports.clock.now(), 1)
  const byOwner = entry.handover?.secretArn === undefined
  const aboutReplacement = byOwner ? 'replacement-found' : 'replacement-issued'
  const message = entry.state === 'deactivated' ? 'deactivated' : aboutReplacement
  const fact = { kind: 'postponed', until, why: rule } as const
  return recordDecided(ports, decided, { fact, notice: message })
}

function enforcementOf(ports: RotatorPorts, entry: Entry): ArmedEnforcement {
  const enforcement = policyNamed(ports.organization.policies, entry.policy)?.enforce
  if (enforcement === undefined || enforcement.kind === 'none') {
    throw new Error(`${entry.accessKeyId}: decided to enforce without an enforcing policy`)
  }
  return enforcement
}

/** Names are reused, IDs are not: only a user with the entry's ID is acted upon. */
async function identify({ iam }: RotatorPorts, entry: Entry) {
  const user = await iam.user(entry.accountId, entry.userName)
  return user?.userId === entry.userId ? user : undefined
}

const postpone = (ports: RotatorPorts, decided: Decided, why: string): Promise<Outcome> =>
  recordOpen(ports, decided, postponed(plusDays(ports.clock.now(), 1), why))

/** Records why nothing is done, and gives back what an open rotation has counted for this key. */
async function recordOpen(
  ports: RotatorPorts,
  decided: Decided,
  result: Parameters<typeof recordDecided>[2],
): Promise<Outcome> {
  const claimed = await claimOpen(ports, decided)
  return claimed.kind === 'claimed'
    ? claimed.run.record({ reason: result.fact.kind, ...result })
    : recordDecided(ports, decided, result)
}

/**
 * One trouble makes one dead letter a day: the sweeper would bring the key back every five minutes.
 * `false`: another delivery has met the same trouble, and has put the key off.
 *
 * @throws KeynagError transient where this cannot be recorded now: SQS then delivers the message again
 */
async function lookAgainTomorrow(
  ports: RotatorPorts,
  decided: Decided,
  { code, message }: KeynagError,
  settles: boolean,
): Promise<boolean> {
  const now = ports.clock.now()
  const result = postponed(plusDays(now, 1), `${code}: ${message}`, settles)
  const claimed = await claimOpen(ports, decided)
  if (claimed.kind === 'claimed') {
    await claimed.run.record(result)
    return true
  }
  const isPutOff = (by: Entry['postponed']): boolean =>
    by !== undefined && by.until > now && (by.settles === true) === settles
  const factFor = (current: Entry) => (isPutOff(current.postponed) ? undefined : result.fact)
  return recordFact(ports, decided.entry.accessKeyId, factFor, decided.actor)
}
