import type { VirtualClock } from './clock.ts'

/** A token bucket that each account has of its own: `perSecond` tokens flow in, up to `burst`. */
export interface RateLimit {
  /** `iam:ListAccessKeys`, or `iam:*` to give each operation of the service its own bucket. */
  readonly operation: string
  readonly perSecond: number
  readonly burst: number
}

/**
 * The known limits. CloudTrail documents two lookups a second per account and Region (CloudTrail
 * API Reference, LookupEvents). IAM publishes no limit: 15 a second is the figure that Steampipe's
 * AWS plugin uses for reads of one user. The figure for Organizations is an assumption.
 */
export const FIELD_LIMITS: readonly RateLimit[] = [
  { operation: 'cloudtrail:LookupEvents', perSecond: 2, burst: 2 },
  { operation: 'iam:*', perSecond: 15, burst: 30 },
  { operation: 'organizations:*', perSecond: 5, burst: 10 },
]

interface Bucket {
  tokens: number
  filledAtMs: number
}

/** Token buckets by account and operation. They fill only as the virtual clock moves. */
export class Throttle {
  readonly #clock: VirtualClock
  readonly #limits: ReadonlyMap<string, RateLimit>
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: VirtualClock, limits: readonly RateLimit[] = FIELD_LIMITS) {
    this.#clock = clock
    this.#limits = new Map(limits.map((limit) => [limit.operation, limit]))
  }

  /** Takes a token; false when the bucket is empty. */
  admits(operation: string, accountId: string): boolean {
    const service = operation.slice(0, operation.indexOf(':'))
    const limit = this.#limits.get(operation) ?? this.#limits.get(`${service}:*`)
    if (limit === undefined) return true
    const nowMs = this.#clock.now()
    const name = `${accountId} ${operation}`
    const bucket = this.#buckets.get(name) ?? { tokens: limit.burst, filledAtMs: nowMs }
    const gained = ((nowMs - bucket.filledAtMs) / 1000) * limit.perSecond
    bucket.tokens = Math.min(limit.burst, bucket.tokens + gained)
    bucket.filledAtMs = nowMs
    this.#buckets.set(name, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
