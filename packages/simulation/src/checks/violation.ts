import type { InvariantId } from '@keynag/core/invariants'

/** One broken invariant. */
export interface Violation {
  /** `bug`: keynag threw an error that it does not know. */
  readonly invariant: InvariantId | 'bug'
  readonly sentence: string
  /** Virtual milliseconds since 1970. */
  readonly at: number
}
