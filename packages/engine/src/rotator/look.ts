import {
  changeSessionOf,
  nextStep,
  recoveryOf,
  recoveryRules,
  type AccessKeyId,
  type Aim,
  type LastUsed,
  type Look,
  type Maker,
  type RecoveryRule,
  type Seen,
  type Step,
} from '@keynag/core'
import type { Work } from './work.ts'

/** Every look asks for something not seen yet, so few suffice; more would be a bug in the plan. */
const maxLooks = 10

export type Act = Exclude<Step, { kind: 'look' }>

/** Lists the user's keys and looks at whatever the plan asks for, until it names a step. */
export async function chooseStep(work: Work, aim: Aim): Promise<{ step: Act; seen: Seen }> {
  let seen = await listed(work)
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const { entry, rotation, now } = work
    const step = nextStep({ rotation, entry, ...aim, seen, now })
    if (step.kind === 'look') seen = await look(work, step.at, seen)
    else if (step.kind === 'wait' && isShort(step.until - now, work)) {
      await work.ports.clock.sleep(step.until - now)
      seen = await listed(work)
    } else {
      const recovery = recoveryOf(rotation, step, now)
      if (recovery !== undefined) tellRecovery(work, recovery)
      return { step, seen }
    }
  }
  throw new Error(`${work.entry.accessKeyId}: the rotation plan keeps asking`)
}

/** For the log: an earlier delivery died, and this is how its work goes on. */
export function tellRecovery(work: Work, recovery: RecoveryRule): void {
  const { accessKeyId } = work.entry
  work.ports.telemetry.info(recoveryRules[recovery], { recovery, accessKeyId })
}

/** Waits so short that another delivery would cost more; a window may be open for minutes only. */
const shortMs = 15_000

const isShort = (waitMs: number, work: Work): boolean =>
  waitMs <= shortMs && work.received.remainingMs() > 4 * shortMs

async function listed(work: Work): Promise<Seen> {
  const { accountId, userName } = work.user
  const keys = (await work.ports.iam.accessKeys(accountId, userName)) ?? []
  return { keys, lastUsed: new Map(), makers: new Map() }
}

async function look(work: Work, at: Look, seen: Seen): Promise<Seen> {
  const { iam, handovers } = work.ports
  const { accountId } = work.user
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
      const of = { rotationId: work.rotation.rotationId, attempt }
      return { ...seen, stored: await handovers.stored(accountId, secretArn, of) }
    }
    case 'own-deactivation': {
      const { accessKeyId, since } = at
      const session = changeSessionOf(work.rotation.rotationId)
      const wasOff = await iam.deactivatedBy(accountId, accessKeyId, session, since)
      return { ...seen, ownDeactivation: wasOff }
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
