import {
  changeSessionOf,
  KeynagError,
  minuteMs,
  nextStep,
  plusMs,
  recoveryRules,
  type AccessKeyId,
  type Goal,
  type LastUsed,
  type Look,
  type Maker,
  type RecoveryRule,
  type Seen,
  type Step,
  type UserRef,
} from '@keynag/core'
import { keysOfUser } from '../keys-of-user.ts'
import { userNotFound, type RotationRun } from './rotation-run.ts'

/** Every look asks for something not seen yet, so few suffice; more would be a bug in the plan. */
const maxLooks = 10

/** When a read failed: long enough that a failure of a day makes few facts, short for any grace. */
const tryAgainMs = 30 * minuteMs

/**
 * Lists the user's keys, looks up each thing that the plan asks for, and answers with the step that
 * the plan names. A read that failed says nothing: the step is then to wait, so that the ledger's
 * clock brings the key back.
 *
 * @throws KeynagError permanent where a read is refused
 */
export async function look(
  run: RotationRun,
  user: UserRef,
  goal: Goal,
): Promise<{ readonly step: Step; readonly seen: Seen }> {
  try {
    return await chooseStep(run, user, goal)
  } catch (error) {
    if (!(error instanceof KeynagError) || error.errorClass !== 'transient') throw error
    const { code, message } = error
    run.ports.telemetry.warn(message, { code, accessKeyId: run.entry.accessKeyId })
    if (code === 'KEYNAG_THROTTLED') run.ports.telemetry.count('ThrottledOnRotate', 1)
    const until = plusMs(run.now, tryAgainMs)
    return { step: { kind: 'wait', until, why: `${code}: ${message}` }, seen: nothing }
  }
}

async function chooseStep(
  run: RotationRun,
  user: UserRef,
  goal: Goal,
): Promise<{ step: Step; seen: Seen }> {
  let seen = await listed(run, user)
  for (let looks = 0; looks < maxLooks; looks += 1) {
    if (seen === undefined)
      return { step: { kind: 'wait', ...userNotFound(run.now) }, seen: nothing }
    const { entry, rotation, now } = run
    const step = nextStep({ rotation, entry, ...goal, seen, now })
    if (step.kind === 'look') seen = await lookUp(run, user, step.at, seen)
    else if (step.kind === 'wait' && isShort(step.until - now, run)) {
      await run.ports.clock.sleep(step.until - now)
      seen = await listed(run, user)
    } else {
      if (step.recovery !== undefined) logRecovery(run, step.recovery)
      return { step, seen }
    }
  }
  throw new Error(`${run.entry.accessKeyId}: the rotation plan keeps asking`)
}

const nothing: Seen = { keys: [], lastUsed: new Map(), makers: new Map() }

/** For the log: an earlier delivery died, and this is how its work goes on. */
export function logRecovery(run: RotationRun, recovery: RecoveryRule): void {
  const { accessKeyId } = run.entry
  run.ports.telemetry.info(recoveryRules[recovery], { recovery, accessKeyId })
}

/** Waits so short that another delivery would cost more; a window may be open for minutes only. */
const shortMs = 15_000

const isShort = (waitMs: number, run: RotationRun): boolean =>
  waitMs <= shortMs && run.remainingMs() > 4 * shortMs

async function listed(run: RotationRun, user: UserRef): Promise<Seen | undefined> {
  const keys = await keysOfUser(run.ports.iam, user, run.entry.accessKeyId)
  return keys && { keys, lastUsed: new Map(), makers: new Map() }
}

async function lookUp(run: RotationRun, user: UserRef, at: Look, seen: Seen): Promise<Seen> {
  const { accountId } = user
  const { iam, handovers } = run.ports
  const { rotationId } = run.rotation
  switch (at.kind) {
    case 'last-used': {
      const lastUsed = await iam.lastUsed(accountId, at.accessKeyId)
      return { ...seen, lastUsed: added(seen.lastUsed, at.accessKeyId, lastUsed) }
    }
    case 'maker': {
      const maker = await iam.makerOf(accountId, at.accessKeyId)
      return { ...seen, makers: added(seen.makers, at.accessKeyId, maker) }
    }
    case 'stored-secret': {
      const { secretArn, attempt } = at
      const stored = await handovers.stored(accountId, secretArn, { rotationId, attempt })
      return { ...seen, stored }
    }
    case 'offered-secret': {
      const offered = await handovers.offered(accountId, at.secretArn)
      return { ...seen, offered }
    }
    case 'fetched':
      return { ...seen, isFetched: await iam.hasFetched(user, at.secretArn, at.since) }
    case 'own-deactivation': {
      const { accessKeyId, since } = at
      const session = changeSessionOf(rotationId)
      const ownDeactivation = await iam.deactivatedBy(accountId, accessKeyId, session, since)
      return { ...seen, ownDeactivation }
    }
    case 'last-call': {
      const maker = await iam.lastCallOn(accountId, at.accessKeyId, at.call)
      return { ...seen, lastCalls: { ...seen.lastCalls, [at.call]: maker } }
    }
    default:
      return at satisfies never
  }
}

const added = <T extends LastUsed | Maker>(
  map: ReadonlyMap<AccessKeyId, T>,
  accessKeyId: AccessKeyId,
  value: T,
): ReadonlyMap<AccessKeyId, T> => new Map([...map, [accessKeyId, value]])
