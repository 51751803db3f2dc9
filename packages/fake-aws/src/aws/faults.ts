/**
 * - `throttle`, `500`, `access-denied`: the call is refused before it has any effect
 * - `reset-before-effect`: the connection breaks and the call has no effect
 * - `drop-response`: the call takes effect, and the connection breaks
 * - `timeout-after-effect`: the call takes effect, and no answer comes
 * - `report-never-completes`, `report-limit-exceeded`: for GenerateCredentialReport only
 */
export type FaultKind =
  | 'throttle'
  | '500'
  | 'access-denied'
  | 'reset-before-effect'
  | 'drop-response'
  | 'timeout-after-effect'
  | 'report-never-completes'
  | 'report-limit-exceeded'

export interface Fault {
  /** `iam:CreateAccessKey`, `iam:*` or `*`. */
  readonly operation: string
  readonly error: FaultKind
  /** Only calls by callers of this account fail; calls of every account when left out. */
  readonly accountId?: string
  /** How many matching calls succeed before the fault begins; none when left out. */
  readonly after?: number
  /** How many calls fail; all of them when left out. */
  readonly times?: number
  /** `timeout-after-effect`: real milliseconds before the socket is closed, 2,000 if left out. */
  readonly holdMs?: number
}

/** A call as a hook sees it: the operation and the account it acts in, before any effect. */
export interface PendingCall {
  readonly operation: string
  readonly accountId: string
  readonly input: Readonly<Record<string, unknown>>
}

type Hook = (call: PendingCall) => void

const covers = (pattern: string, operation: string): boolean =>
  pattern === '*' ||
  pattern === operation ||
  (pattern.endsWith(':*') && operation.startsWith(pattern.slice(0, -1)))

/** The faults that a test or the demo has switched on. */
export class Faults {
  #armed: { fault: Fault; passesLeft: number; timesLeft: number }[] = []
  #hooks: { operation: string; hook: Hook }[] = []

  /** Arms a fault; the returned function disarms it. */
  add(fault: Fault): () => void {
    const armed = { fault, passesLeft: fault.after ?? 0, timesLeft: fault.times ?? Infinity }
    this.#armed.push(armed)
    return () => {
      this.#armed = this.#armed.filter((other) => other !== armed)
    }
  }

  /** Runs `hook` before each call of `operation` has any effect; the returned function ends it. */
  before(operation: string, hook: Hook): () => void {
    const entry = { operation, hook }
    this.#hooks.push(entry)
    return () => {
      this.#hooks = this.#hooks.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#armed = []
    this.#hooks = []
  }

  runHooks(call: PendingCall): void {
    for (const { operation, hook } of this.#hooks) {
      if (covers(operation, call.operation)) hook(call)
    }
  }

  /** The fault that this call meets, if there is one. The call uses up one of the fault's `times`. */
  take(call: PendingCall): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed
      if (armed.timesLeft <= 0 || !covers(fault.operation, call.operation)) continue
      if (fault.accountId !== undefined && fault.accountId !== call.accountId) continue
      if (armed.passesLeft > 0) {
        armed.passesLeft -= 1
        continue
      }
      armed.timesLeft -= 1
      return fault
    }
    return undefined
  }
}
