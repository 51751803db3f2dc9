import { decide, type Decision } from '../key/decide.ts'
import type { Entry } from '../key/entry.ts'
import type { PolicyInput } from '../policy/policy.ts'
import { plusMs, type EpochMs } from '../time.ts'
import { aPolicy } from './index.ts'

export const rotating = {
  kind: 'rotate',
  atDay: 90,
  installationGraceDays: 7,
  recoveryGraceDays: 7,
} as const

export const decideUnder = (entry: Entry, policy: Partial<PolicyInput>, now: EpochMs): Decision =>
  decide(entry, [aPolicy(policy)], now)

/** The decision at `instant`, provided that a millisecond earlier the decision was to wait for it. */
export function startsAt(entry: Entry, policy: Partial<PolicyInput>, instant: EpochMs): string {
  const before = decideUnder(entry, policy, plusMs(instant, -1))
  if (before.kind !== 'wait') return `${before.kind} before its time`
  if (before.until !== instant) return `waits for ${before.until}, not ${instant}`
  const then = decideUnder(entry, policy, instant)
  return then.kind === 'enforce' ? then.step : then.kind
}
