import {
  decide,
  done,
  isProtected,
  KeynagError,
  makeEvent,
  next,
  park,
  plusDays,
  policyNamed,
  UserName,
  type Actor,
  type Aim,
  type ArmedEnforcement,
  type Decision,
  type Entry,
  type EpochMs,
  type EventOf,
  type Fact,
  type Outcome,
  type UserRef,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { heldNotice } from '../held-notice.ts'
import { originOf, type ReceivedMessage } from '../ports.ts'
import { entryWrite } from '../entry-write.ts'
import { recordFact } from '../record-fact.ts'
import { abandon } from './abandon.ts'
import { claim, claimOpen } from './claim.ts'
import { chooseStep } from './look.ts'
import { told } from './outcomes.ts'
import { perform } from './perform.ts'
import { retireSecret } from './retire-secret.ts'
import { Work, type RotatorPorts } from './work.ts'

/**
 * One step of the saga for one key: read the ledger, decide, take the lease, look at IAM, do one
 * step, write it down. docs/rotation.md tells what each step promises.
 */
export const rotate =
  (ports: RotatorPorts) =>
  async (event: EventOf<'rotation.due'>, received: ReceivedMessage): Promise<Outcome> => {
    const now = ports.clock.now()
    const entry = await ports.ledger.entry(event.data.accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${event.data.accessKeyId}`)
    }
    const decision = decide(entry, ports.organization.policies, now)
    if (decision.kind !== 'enforce') return done(`not due: ${decision.kind}`)
    const actor = actorOf(event)
    try {
      return await take(ports, entry, decision, received, actor)
    } catch (error) {
      if (error instanceof KeynagError && error.errorClass === 'permanent') {
        await lookAgainTomorrow(ports, entry, error, actor)
      }
      throw error
    }
  }

/** One trouble, one dead letter a day: the sweeper would bring the key back every few minutes. */
async function lookAgainTomorrow(
  ports: RotatorPorts,
  { accessKeyId }: Entry,
  error: KeynagError,
  actor: Actor,
): Promise<void> {
  const now = ports.clock.now()
  const why = `${error.code}: ${error.message}`
  const fact: Fact = { kind: 'postponed', until: plusDays(now, 1), why }
  await recordFact(ports, accessKeyId, () => fact, actor, now)
}

async function take(
  ports: RotatorPorts,
  entry: Entry,
  decision: Extract<Decision, { kind: 'enforce' }>,
  received: ReceivedMessage,
  actor: Actor,
): Promise<Outcome> {
  const now = ports.clock.now()
  const freeze = await ports.ledger.freeze()
  if (freeze !== undefined) return done(`frozen by ${freeze.by}: ${freeze.why}`)
  if (decision.step === 'retire-secret') return retireSecret(ports, entry, actor, now)
  const user = await identify(ports, entry)
  if (decision.step === 'abandon' || decision.step === 'tell') {
    return tidyUp(ports, entry, user, decision, received, actor)
  }
  if (user === undefined) {
    const why = 'the user has another name or is gone; the next scan will tell'
    return postpone(ports, entry, plusDays(now, 1), why, actor, now)
  }
  // As it is now: the path may have changed since the last scan.
  if (isProtected(user, ports.organization)) return hold(ports, entry, actor, now)
  const { step, rule } = decision
  const taken = await claim(ports, entry, { step: opening(step), rule }, actor, now)
  if (taken.kind === 'not-now') return done(taken.why)
  if (taken.kind === 'postpone') {
    return postpone(ports, entry, taken.until, taken.why, actor, now)
  }
  const work = new Work(ports, received, actor, user, taken.entry, taken.rotation)
  const enforce = enforcementOf(ports, entry)
  return oneStep(work, { wanted: step, enforce }, rule)
}

/** What is left to do that changes no key of a user who may be gone. */
async function tidyUp(
  ports: RotatorPorts,
  entry: Entry,
  user: FoundUser | undefined,
  { step, rule }: Extract<Decision, { kind: 'enforce' }>,
  received: ReceivedMessage,
  actor: Actor,
): Promise<Outcome> {
  const taken = await claimOpen(ports, entry, ports.clock.now())
  if (taken.kind === 'not-now') return done(taken.why)
  if (taken.kind === 'none') {
    const { rotationId } = entry.state === 'resolved' || entry.state === 'issuing' ? entry : {}
    if (rotationId === undefined) return done('there is nothing to give up')
    const fact: Fact = { kind: 'rotation-abandoned', rotationId, why: rule }
    return writeFact(ports, entry, fact, actor, ports.clock.now())
  }
  const isKeyLeft = ['creating', 'undoing', 'stored'].includes(taken.rotation.phase.kind)
  if (isKeyLeft && user !== undefined && isProtected(user, ports.organization)) {
    return hold(ports, entry, actor, ports.clock.now())
  }
  const { accountId, userId } = entry
  const userName = UserName.parse(entry.userName)
  const arn = `arn:aws:iam::${accountId}:user${entry.userPath}${userName}`
  const work = new Work(
    ports,
    received,
    actor,
    user ?? { accountId, userId, userName, arn },
    entry,
    taken.rotation,
  )
  if (step === 'tell') return tellAgain(work, rule)
  // Without the user there is no key left that could be lost.
  return user === undefined ? abandon(work, rule) : oneStep(work, { wanted: 'abandon' }, rule)
}

/** At most once a day: the notice bears the day. */
async function tellAgain(work: Work, why: string): Promise<Outcome> {
  const { handover } = work.entry
  const kind = handover?.secretArn === undefined ? 'replacement-found' : 'replacement-issued'
  const fact: Fact = { kind: 'postponed', until: plusDays(work.now, 1), why }
  return told(work, await work.record({ fact, notice: kind }), 'told the owner once more')
}

async function oneStep(work: Work, aim: Aim, rule: string): Promise<Outcome> {
  const enforce = aim.wanted === 'abandon' ? undefined : aim.enforce
  const { step, seen } = await choose(work, aim)
  // What fails from here on may have been asked for all the same, and arrive when nobody waits for
  // it any more: the lease runs out by itself.
  return perform(work, step, seen, { enforce, rule })
}

/** Only reads: whoever looks next need not wait for the lease of one that failed. */
async function choose(work: Work, aim: Aim): ReturnType<typeof chooseStep> {
  try {
    return await chooseStep(work, aim)
  } catch (error) {
    if (error instanceof KeynagError && error.errorClass === 'transient') {
      await giveBack(work, error)
    }
    throw error
  }
}

async function giveBack(work: Work, because: KeynagError): Promise<void> {
  try {
    await work.record({})
  } catch (error) {
    if (!(error instanceof KeynagError)) throw error
    work.ports.telemetry.warn('the lease runs out by itself', { code: because.code })
  }
}

const opening = (step: 'rotate' | 'deactivate' | 'delete'): 'rotate' | 'deactivate' =>
  step === 'rotate' ? 'rotate' : 'deactivate'

function enforcementOf(ports: RotatorPorts, entry: Entry): ArmedEnforcement {
  const enforce = policyNamed(ports.organization.policies, entry.policy)?.enforce
  if (enforce === undefined || enforce.kind === 'none') {
    throw new Error(`${entry.accessKeyId}: decided to enforce without an enforcing policy`)
  }
  return enforce
}

type FoundUser = UserRef & { readonly path: string }

/** Names are reused, IDs are not: only a user with the entry's ID is acted upon. */
async function identify(ports: RotatorPorts, entry: Entry): Promise<FoundUser | undefined> {
  const user = await ports.iam.user(entry.accountId, entry.userName)
  return user?.userId === entry.userId ? user : undefined
}

async function hold(
  ports: RotatorPorts,
  entry: Entry,
  actor: Actor,
  now: EpochMs,
): Promise<Outcome> {
  const fact: Fact = {
    kind: 'held',
    code: 'protected',
    why: 'the configuration protects this user',
  }
  const { noticeId, write } = heldNotice(entry, 'protected', now)
  await ports.ledger.commit([entryWrite(ports.organization, entry, fact, actor, now), write])
  const origin = originOf(ports, now)
  return next('the user is protected', [makeEvent('notice.due', noticeId, { noticeId }, origin)])
}

const postpone = (
  ports: RotatorPorts,
  entry: Entry,
  until: EpochMs,
  why: string,
  actor: Actor,
  now: EpochMs,
): Promise<Outcome> => writeFact(ports, entry, { kind: 'postponed', until, why }, actor, now)

async function writeFact(
  ports: RotatorPorts,
  entry: Entry,
  fact: Extract<Fact, { why: string }>,
  actor: Actor,
  now: EpochMs,
): Promise<Outcome> {
  await ports.ledger.commit([entryWrite(ports.organization, entry, fact, actor, now)])
  return done(`${fact.kind}: ${fact.why}`)
}
