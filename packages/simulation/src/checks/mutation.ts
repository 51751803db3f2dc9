import {
  dayMs,
  policyNamed,
  type ArmedEnforcement,
  type Entry,
  type Organization,
  type Rotation,
} from '@keynag/core'
import { lags, type SimKey } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'

/** A call that changes a key, checked at the moment before IAM carries it out. */
export interface Change {
  readonly simulation: CheckedRun
  readonly invocation: Invocation
  readonly what: 'create' | 'deactivate' | 'delete'
  readonly rotation: Rotation
}

/** A change together with the ledger's entry of the key that the rotation replaces. */
export interface Mutation extends Change {
  readonly entry: Entry
}

/** The invocation can see everything that was true at this time, however late IAM's lists are. */
export const visibleSince = ({ startedAt }: Invocation): number => startedAt - lags.staleList

/** IAM shows a use an hour later: only earlier uses could be seen. */
export const wasUsedVisibly = (key: SimKey, { startedAt }: Invocation, since: number): boolean =>
  key.uses.some((use) => use > since && use <= startedAt - lags.lastUsed)

export function enforcementOf(
  { policies }: Organization,
  entry: Entry,
): ArmedEnforcement | undefined {
  const enforce = policyNamed(policies, entry.policy)?.enforce
  return enforce === undefined || enforce.kind === 'none' ? undefined : enforce
}

export const installationGraceMs = ({ installationGraceDays }: ArmedEnforcement): number =>
  installationGraceDays * dayMs
