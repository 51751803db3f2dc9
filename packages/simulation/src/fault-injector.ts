import type { Caller, CallFault, FaultKind, FaultPlan, MessageFault, Operation } from './faults.ts'
import type { Cue } from './scenario.ts'

/** One fault, one deed of a person, or what the seed drew before, as the trace of a run shows it. */
export interface Incident {
  readonly kind: 'call' | 'message' | 'deed' | 'policy' | 'user'
  /** Its number among the incidents of its kind. */
  readonly index: number
  readonly what: string
  readonly at: number
  readonly where: string
}

/** Decides the fault of each call and of each message, and keeps the trace of the run. */
export class FaultInjector<Run extends { readonly now: number }> {
  readonly incidents: Incident[] = []
  readonly counts = new Map<FaultKind, number>()
  /** After this time, nothing goes wrong. */
  endsAt = Infinity
  /** Port calls that a policy of AWS forbids in an account, and until when. */
  readonly #forbidden = new Map<string, number>()
  /** Port calls so far. */
  calls = 0
  readonly #simulation: Run
  readonly #script: readonly Cue<Run>[]
  readonly #plan: FaultPlan
  /** How many calls each cue has matched. */
  readonly #matches = new Map<Cue<Run>, number>()

  constructor(simulation: Run, script: readonly Cue<Run>[], plan: FaultPlan) {
    this.#simulation = simulation
    this.#script = script
    this.#plan = plan
  }

  /** Counts the call, and returns its fault. */
  onCall(operation: Operation, caller: Caller): CallFault | undefined {
    const index = this.calls
    this.calls += 1
    if (this.#simulation.now > this.endsAt) return undefined
    const fault =
      this.#scripted(operation, caller) ??
      this.#forbids(operation) ??
      this.#plan.onCall(index, operation, caller)
    if (fault !== undefined) {
      this.#record('call', index, fault, `${caller.name} ${operation.name}`)
    }
    return fault
  }

  onMessage(index: number): MessageFault | undefined {
    if (this.#simulation.now > this.endsAt) return undefined
    const fault = this.#plan.onMessage(index)
    if (fault !== undefined) this.#record('message', index, fault, 'a message')
    return fault
  }

  /** A person did something that may disturb keynag. */
  did(index: number, what: string, where: string): void {
    this.incidents.push({ index, kind: 'deed', what, at: this.#simulation.now, where })
  }

  /** The seed drew a policy or a user. */
  drew(kind: 'policy' | 'user', index: number, what: string, where: string): void {
    this.incidents.push({ index, kind, what, at: this.#simulation.now, where })
  }

  /** A policy of AWS forbids the call in this account. */
  forbid(name: string, accountId: string, until: number): void {
    this.#forbidden.set(`${accountId} ${name}`, until)
  }

  #forbids({ name, accountId }: Operation): CallFault | undefined {
    const until = this.#forbidden.get(`${accountId} ${name}`) ?? -Infinity
    return until > this.#simulation.now ? { kind: 'refused' } : undefined
  }

  #scripted({ name }: Operation, caller: Caller): CallFault | undefined {
    let fault: CallFault | undefined
    for (const cue of this.#script) {
      if (cue.at !== name && cue.at !== `${caller.name} ${name}`) continue
      if (cue.when?.(this.#simulation) === false) continue
      const matches = (this.#matches.get(cue) ?? 0) + 1
      this.#matches.set(cue, matches)
      if (cue.nth !== undefined && cue.nth !== matches) continue
      void cue.deed?.(this.#simulation)
      fault ??= cue.fault
    }
    return fault
  }

  #record(
    of: 'call' | 'message',
    index: number,
    fault: CallFault | MessageFault,
    where: string,
  ): void {
    this.counts.set(fault.kind, (this.counts.get(fault.kind) ?? 0) + 1)
    const { kind, ...rest } = fault
    const more = Object.values(rest).join(' ')
    const what = `${kind} ${more}`.trim()
    this.incidents.push({ index, kind: of, what, at: this.#simulation.now, where })
  }
}
