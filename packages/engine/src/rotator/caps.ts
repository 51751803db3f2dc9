import {
  capsOf,
  isoDay,
  plusDays,
  policyNamed,
  type CapCount,
  type Capped,
  type Entry,
  type EpochMs,
} from '@keynag/core'
import type { Ports } from '../ports.ts'

type CapPorts = Pick<Ports, 'ledger' | 'organization'>

/** The counters for one more key, with the limits that hold now. */
export async function capsFor(
  ports: CapPorts,
  entry: Entry,
  what: Capped,
  now: EpochMs,
): Promise<readonly CapCount[]> {
  const policy = policyNamed(ports.organization.policies, entry.policy)
  if (policy === undefined) throw new Error(`${entry.policy}: decided on without a policy`)
  const isByNumber = policy.caps.shareOfEstatePerDay === 1
  const keys = isByNumber ? undefined : await estateKeys(ports, now)
  return capsOf(policy, entry.accountId, what, now, keys)
}

/** As today's planner wrote it down, or yesterday's before it has run; unknown without either. */
async function estateKeys({ ledger }: CapPorts, now: EpochMs): Promise<number | undefined> {
  const today = await ledger.scanDay(isoDay(now))
  const day = today ?? (await ledger.scanDay(isoDay(plusDays(now, -1))))
  return day?.estate?.keys
}

export const capReached = ({ limit, scope }: CapCount): string =>
  `the cap of ${limit} a day is reached for ${scope}`
