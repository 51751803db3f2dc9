import {
  capsOf,
  freezeText,
  isoDay,
  nextOpening,
  nextUtcDay,
  plusDays,
  policyNamed,
  type ArmedEnforcement,
  type CapCount,
  type Capped,
  type Entry,
  type EpochMs,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { postponed, type RotationRun, type StepResult } from './rotation-run.ts'

/**
 * The reason why a change must not be made now, as the result to record instead, or `undefined`.
 * The strong reads right before each change: somebody may have held the key since it was decided on,
 * somebody may have set a freeze, and a delivery may outlast the policy's window.
 */
export async function obstacleTo(
  run: RotationRun,
  enforce: ArmedEnforcement,
): Promise<StepResult | undefined> {
  if (!(await run.isUnchanged())) {
    return { reason: 'the key has changed; the sweeper comes again' }
  }
  return (await freezeOver(run.ports, run.entry)) ?? closedWindow(enforce, run.now)
}

/**
 * Under a freeze no change begins. A freeze has no end that is known, so everything is put off by a day
 * at a time, as by a full cap: people who read a date learn that it moves.
 */
export async function freezeOver(
  { clock, ledger }: Pick<Ports, 'clock' | 'ledger'>,
  entry: Pick<Entry, 'accountId' | 'policy'>,
) {
  const freeze = await ledger.freezeOver(entry)
  return freeze && postponed(plusDays(clock.now(), 1), freezeText(freeze))
}

/** Outside the policy's window a change waits for the window's next opening. */
export function closedWindow({ window }: ArmedEnforcement, now: EpochMs): StepResult | undefined {
  const opens = nextOpening(window, now)
  if (opens === now) return undefined
  return postponed(opens ?? nextUtcDay(now), 'the window of the policy is closed')
}

/** The counters for one more key, with the limits that apply now. */
export async function capsFor(
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  entry: Entry,
  change: Capped,
): Promise<readonly CapCount[]> {
  const policy = policyNamed(ports.organization.policies, entry.policy)
  if (policy === undefined) throw new Error(`${entry.policy}: decided on without a policy`)
  const now = ports.clock.now()
  const isByNumber = policy.caps.shareOfEstatePerDay === 1
  const keys = isByNumber ? undefined : await estateKeys(ports, now)
  return capsOf(policy, entry.accountId, change, now, keys)
}

/** From today's plan, or from yesterday's before today's planner has run; unknown without either. */
async function estateKeys(
  { ledger }: Pick<Ports, 'ledger'>,
  now: EpochMs,
): Promise<number | undefined> {
  const today = await ledger.scanDay(isoDay(now))
  const day = today ?? (await ledger.scanDay(isoDay(plusDays(now, -1))))
  return day?.estate?.keys
}
