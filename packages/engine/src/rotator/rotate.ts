import {
  decide,
  done,
  isProtected,
  KeynagError,
  park,
  plusDays,
  policyNamed,
  type ArmedEnforcement,
  type Entry,
  type EventOf,
  type Goal,
  type Outcome,
  type UserRef,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import type { ReceivedMessage } from '../ports.ts'
import { recordFact } from '../record-fact.ts'
import { abandon } from './abandon.ts'
import { act } from './act.ts'
import { claim, claimOpen } from './claim.ts'
import { look } from './look.ts'
import { freezeOn } from './obstacle.ts'
import { recordDecided } from './record-decided.ts'
import { retireSecret } from './retire-secret.ts'
import {
  held,
  userNotFound,
  type Decided,
  type RotationRun,
  type RotatorPorts,
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
    const decision = decide(entry, ports.organization.policies, ports.clock.now())
    if (decision.kind !== 'enforce') return done(`not due: ${decision.kind}`)
    const decided = { entry, rule: decision.rule, actor: actorOf(event), received }
    try {
      return await enforce(ports, decided, decision.step)
    } catch (error) {
      if (error instanceof KeynagError && error.errorClass === 'permanent') {
        await lookAgainTomorrow(ports, decided, error)
      }
      throw error
    }
  }

type Received = Pick<ReceivedMessage, 'remainingMs'>
type EnforcementStep = Extract<ReturnType<typeof decide>, { kind: 'enforce' }>['step']

async function enforce(
  ports: RotatorPorts,
  decided: Decided,
  step: EnforcementStep,
): Promise<Outcome> {
  const frozen = await freezeOn(ports)
  if (frozen !== undefined) return done(frozen.reason)
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
  const user = await identify(ports, entry)
  if (user === undefined) {
    return postpone(ports, decided, userNotFound(ports.clock.now()).why)
  }
  // As it is now: the path may have changed since the last scan.
  if (isProtected(user, ports.organization)) return recordDecided(ports, decided, protectedUser)
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
  const { step, seen } = await look(run, user, goal)
  return run.record(await act(run, user, step, seen, goal))
}

/** Ends a rotation whose key is settled, or whose policy stopped rotating. */
async function giveUp(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const { entry, rule } = decided
  const user = await identify(ports, entry)
  const claimed = await claimOpen(ports, decided)
  if (claimed.kind === 'not-now') return done(claimed.why)
  if (claimed.kind === 'none') {
    const { rotationId } = entry.state === 'resolved' || entry.state === 'issuing' ? entry : {}
    if (rotationId === undefined) return done('there is nothing to give up')
    return recordDecided(ports, decided, { kind: 'rotation-abandoned', rotationId, why: rule })
  }
  const { run } = claimed
  const isKeyLeft = ['creating', 'undoing', 'stored'].includes(run.rotation.phase.kind)
  // Without the user there is no key left that could be lost.
  if (!isKeyLeft || user === undefined) return run.record(await abandon(run))
  if (isProtected(user, ports.organization)) {
    return run.record(held(protectedUser.code, protectedUser.why))
  }
  return takeStep(run, user, { wanted: 'abandon' })
}

/** Sends a message that a deed stands on once more, at most once a day: the fact postpones the next. */
function tellAgain(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const { entry, rule } = decided
  const until = plusDays(ports.clock.now(), 1)
  const byOwner = entry.handover?.secretArn === undefined
  const aboutReplacement = byOwner ? 'replacement-found' : 'replacement-issued'
  const message = entry.state === 'deactivated' ? 'deactivated' : aboutReplacement
  return recordDecided(ports, decided, { kind: 'postponed', until, why: rule }, message)
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

const protectedUser = {
  kind: 'held',
  code: 'protected',
  why: 'the configuration protects this user',
} as const

const postpone = (ports: RotatorPorts, decided: Decided, why: string): Promise<Outcome> => {
  const until = plusDays(ports.clock.now(), 1)
  return recordDecided(ports, decided, { kind: 'postponed', until, why })
}

/**
 * One trouble makes one dead letter a day: the sweeper would bring the key back every five minutes.
 * Where this cannot be recorded, the error that led here is still the one to report.
 */
async function lookAgainTomorrow(
  ports: RotatorPorts,
  { entry, actor }: Decided,
  { code, message }: KeynagError,
): Promise<void> {
  const until = plusDays(ports.clock.now(), 1)
  const why = `${code}: ${message}`
  try {
    await recordFact(ports, entry.accessKeyId, () => ({ kind: 'postponed', until, why }), actor)
  } catch (error) {
    if (!(error instanceof KeynagError)) throw error
    ports.telemetry.warn(`the key is not postponed: ${error.message}`, { code: error.code })
  }
}
