import { Policy, type ArmedEnforcement, type PolicyInput } from '../policy/policy.ts'
import { plusMs, hourMs, type EpochMs } from '../time.ts'
import type { LastUsed, ListedKey } from '../key/access-key.ts'
import type { Entry } from '../key/entry.ts'
import { changeSessionOf, leaseMs, type RotationPhase } from '../key/rotation.ts'
import { nextStep } from '../key/rotation-plan.ts'
import {
  propagationMs,
  type Goal,
  type LookFirst,
  type Maker,
  type SecretVersion,
  type Step,
} from '../key/rotation-step.ts'
import { aKeyId, at } from './ids.ts'
import { anEntry, aRotation } from './rows.ts'

export const now = at('2026-04-01T09:00:00Z')
export const [oldId, newId, otherId] = [aKeyId(1), aKeyId(2), aKeyId(3)]
export const secretArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keynag'
/** An instant so long before now. */
export const ago = (ms: number): EpochMs => plusMs(now, -ms)

export const key = (fields: Partial<ListedKey> = {}): ListedKey => ({
  accessKeyId: oldId,
  status: 'Active',
  createdAt: at('2026-01-01'),
  ...fields,
})
export const newKey = (fields: Partial<ListedKey> = {}) =>
  key({ accessKeyId: newId, createdAt: ago(hourMs), ...fields })

export const never: LastUsed = { kind: 'never' }
export const unknown: LastUsed = { kind: 'unknown', why: 'throttled' }
export const usedAt = (instant: EpochMs): LastUsed => ({ kind: 'at', at: instant, service: 's3' })

export function enforcement(input: PolicyInput['enforce']): ArmedEnforcement {
  const { enforce } = Policy.parse({ name: 'standard', enforce: input })
  if (enforce.kind === 'none') throw new Error('nothing is enforced')
  return enforce
}
const rotate = enforcement({ kind: 'rotate', atDay: 90, recoveryGraceDays: 7 })

interface Given {
  readonly phase: RotationPhase
  readonly keys: readonly ListedKey[]
  readonly wanted?: Goal['wanted']
  readonly entry?: Entry
  readonly enforce?: ArmedEnforcement
  readonly lastUsed?: readonly (readonly [ListedKey['accessKeyId'], LastUsed])[]
  readonly makers?: readonly (readonly [ListedKey['accessKeyId'], Maker])[]
  readonly stored?: SecretVersion
  readonly offered?: SecretVersion
  readonly isFetched?: boolean
  /** CloudTrail was asked and knows of none, if left out. */
  readonly ownDeactivation?: boolean | 'unasked'
  /** CloudTrail shows that this rotation made the last one, if left out. */
  readonly lastCall?: Maker | 'unasked'
}

export const creating = (intendedAt: EpochMs, attempt = 1): RotationPhase => ({
  kind: 'creating',
  secretArn,
  attempt,
  snapshot: [oldId],
  intendedAt,
})
export const stored = (storedAt: EpochMs): RotationPhase => ({
  kind: 'stored',
  secretArn,
  newKeyId: newId,
  attempt: 1,
  storedAt,
})

function goalOf({ wanted = 'rotate', enforce = rotate }: Given): Goal {
  return wanted === 'abandon' || wanted === 'settle' ? { wanted } : { wanted, enforce }
}

/** CloudTrail shows that this rotation made the last call. */
export const byUs: Maker = {
  kind: 'session',
  sessionName: changeSessionOf(aRotation().rotationId),
}

function lastCallsOf({ lastCall = byUs }: Given) {
  return lastCall === 'unasked' ? {} : { UpdateAccessKey: lastCall, DeleteAccessKey: lastCall }
}

export const stepOf = (given: Given): Step | LookFirst =>
  nextStep({
    rotation: aRotation({ phase: given.phase }),
    entry: given.entry ?? anEntry({ accessKeyId: oldId }),
    ...goalOf(given),
    now,
    seen: {
      keys: given.keys,
      lastUsed: new Map(given.lastUsed),
      makers: new Map(given.makers),
      ...(given.stored === undefined ? {} : { stored: given.stored }),
      ...(given.offered === undefined ? {} : { offered: given.offered }),
      ...(given.isFetched === undefined ? {} : { isFetched: given.isFetched }),
      ...(given.ownDeactivation === 'unasked'
        ? {}
        : { ownDeactivation: given.ownDeactivation ?? false }),
      ...(given.lastCall === 'unasked' ? {} : { lastCalls: lastCallsOf(given) }),
    },
  })

/**
 * After this time IAM's lists show the effect of a create: its request may arrive until the lease
 * of its sender expires.
 */
export const settledMs = leaseMs + propagationMs
