/** A call of a port, such as `mutations.create`. */
export interface Operation {
  readonly name: string
  /** A write changes something; a wait is `clock.sleep`. */
  readonly kind: 'read' | 'write' | 'wait'
  /** The member account in which it is made. */
  readonly accountId?: string
}

/** The function that makes a call. Each invocation is an object of its own. */
export interface Caller {
  readonly name: string
}

/** What can go wrong with one call. A crash ends the invocation; its memory is lost. */
export type CallFault =
  | { readonly kind: 'crash-before' }
  | { readonly kind: 'crash-after' }
  /** The call takes effect, and its answer does not arrive. */
  | { readonly kind: 'lost' }
  /** The service refuses the call. It has no effect. */
  | { readonly kind: 'throttle' }
  /** No answer. The call takes effect at once, after the caller has given up, or never. */
  | { readonly kind: 'time-out'; readonly effect: 'now' | 'late' | 'never' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** A read shows an earlier state. */
  | { readonly kind: 'stale' }
  /** The account has no role for keynag, and refuses each call. */
  | { readonly kind: 'denied' }
  /** A policy of AWS forbids the call. It has no effect, and trying again does not help. */
  | { readonly kind: 'refused' }

/** What can go wrong with a message: SQS delivers it twice, or late. */
export type MessageFault =
  | { readonly kind: 'duplicate'; readonly afterMs: number }
  | { readonly kind: 'late'; readonly byMs: number }

export type FaultKind = CallFault['kind'] | MessageFault['kind']

/** Decides what goes wrong. The same plan and the same seed make the same run. */
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
