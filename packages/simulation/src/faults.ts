/** A call of a port, such as `mutations.create`. */
export interface Operation {
  readonly name: string
  /** Whether it changes the world; a wait is `clock.sleep`. */
  readonly kind: 'read' | 'write' | 'wait'
}

/** The invocation that makes a call: an object of its own for each. */
export interface Caller {
  readonly name: string
}

/** What can go wrong with one call. A crash ends the invocation and everything in its memory. */
export type CallFault =
  | { readonly kind: 'crash-before' }
  | { readonly kind: 'crash-after' }
  /** It took effect; the caller is told that nobody answered. */
  | { readonly kind: 'lost' }
  /** Refused before anything happened. */
  | { readonly kind: 'throttle' }
  /** Nobody answers; it takes effect at once, after the caller gave up, or never. */
  | { readonly kind: 'time-out'; readonly effect: 'now' | 'late' | 'never' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** A read that shows what was true before. */
  | { readonly kind: 'stale' }
  /** Refused for good, as an account without keynag's role does. */
  | { readonly kind: 'denied' }

/** What can happen to a message besides being delivered. */
export type MessageFault =
  | { readonly kind: 'duplicate'; readonly afterMs: number }
  | { readonly kind: 'late'; readonly byMs: number }

export type FaultKind = CallFault['kind'] | MessageFault['kind']

/** Decides what goes wrong. The same plan on the same seed is the same run. */
export interface FaultPlan {
  /** `index` counts the port calls of the run from 0. */
  onCall(index: number, operation: Operation, caller: Caller): CallFault | undefined
  /** `index` counts the messages sent in the run from 0. */
  onMessage(index: number): MessageFault | undefined
}

export const noFaults: FaultPlan = { onCall: () => undefined, onMessage: () => undefined }

/** Exactly these faults, by the number of the call. */
export function faultsAt(faults: ReadonlyMap<number, CallFault>): FaultPlan {
  return { onCall: (index) => faults.get(index), onMessage: () => undefined }
}
