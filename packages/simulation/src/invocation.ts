import {
  ambiguous,
  KeynagError,
  permanent,
  transient,
  type Entry,
  type IamUser,
  type Organization,
} from '@keynag/core'
import type { Agenda } from './agenda.ts'
import type { Caller, CallFault, Operation } from './faults.ts'

/** How long a call takes when nothing is wrong with it. */
const latencyMs = 20
/** How long a caller waits for an answer, and how long after that a late call takes effect. */
const patienceMs = 30_000
const lateMs = 20_000

interface Circumstances {
  readonly stale: boolean
}

/** The call takes effect, and its caller learns that. */
const harmless: ReadonlySet<CallFault['kind']> = new Set(['delay', 'stale'])

type Effect<T> = (circumstances: Circumstances) => T | Promise<T>

/** What an invocation needs of the run that it belongs to. */
export interface InvocationRun {
  readonly now: number
  readonly organization: Organization
  readonly agenda: Agenda
  readonly injector: { onCall(operation: Operation, caller: Caller): CallFault | undefined }
}

/** The caller is gone and needs no refusal. Any other error is a bug of the models. */
const refusedOnly = (error: unknown): void => {
  if (!(error instanceof KeynagError)) throw error
}

/** One run of a function. Something can go wrong at each of its port calls, and only there. */
export class Invocation {
  readonly name: string
  readonly startedAt: number
  /** The configuration that it was deployed with. */
  readonly organization: Organization
  readonly deadline: number
  /** When the effect of its latest call took place. */
  lastEffectAt: number
  /** When it last listed a user's keys. */
  lastListAt = -Infinity
  /** When it last read a key's entry. */
  lastEntryAt = -Infinity
  lastEntry: Entry | undefined
  /** The user as IAM last described it. */
  lastUser: IamUser | undefined
  /** The versions of rotations that this invocation wrote, by user. */
  readonly fences = new Map<string, number>()
  readonly createdKeys = new Set<string>()
  readonly storeTried = new Set<string>()
  isDead = false
  /** Port calls so far, and which of them went wrong last. */
  calls = 0
  #wentWrongAt = -1
  readonly #simulation: InvocationRun
  readonly #onDeath: () => void
  #signal: (() => void) | undefined

  constructor(simulation: InvocationRun, name: string, timeoutMs: number, onDeath: () => void) {
    this.#simulation = simulation
    this.name = name
    this.startedAt = simulation.now
    this.organization = simulation.organization
    this.lastEffectAt = simulation.now
    this.deadline = simulation.now + timeoutMs
    this.#onDeath = onDeath
  }

  /** Whether it died, or one of its calls from this one on went wrong. */
  hasFailedSince(call: number): boolean {
    return this.isDead || this.#wentWrongAt >= call
  }

  /** Runs the function up to its first port call, or to its end. */
  start(run: () => Promise<void>): Promise<void> {
    return this.#untilNextCall(() => {
      void run().then(() => this.#signal?.())
    })
  }

  /** A port call. If the function dies in it, its promise is never settled. */
  call<T>(operation: Operation, effect: Effect<T>, takesMs = latencyMs): Promise<T> {
    if (this.isDead) return new Promise(() => undefined)
    const simulation = this.#simulation
    const fault = simulation.injector.onCall(operation, this)
    if (fault !== undefined && !harmless.has(fault.kind)) this.#wentWrongAt = this.calls
    this.calls += 1
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const answer = (run: () => Promise<T>): Promise<void> => {
      if (this.isDead) return Promise.resolve()
      if (simulation.now > this.deadline) {
        this.#die()
        return Promise.resolve()
      }
      return this.#untilNextCall(() => {
        run().then(resolve, reject)
      })
    }
    const fail = (error: KeynagError) => () =>
      answer(async () => {
        throw error
      })
    this.#schedule(operation, fault, takesMs, effect, answer, fail)
    this.#signal?.()
    return promise
  }

  #schedule<T>(
    operation: Operation,
    fault: CallFault | undefined,
    takesMs: number,
    effect: Effect<T>,
    answer: (run: () => Promise<T>) => Promise<void>,
    fail: (error: KeynagError) => () => Promise<void>,
  ): void {
    const { agenda, now } = this.#simulation
    const soon = now + takesMs
    const take = async (stale = false): Promise<T> => {
      const result = await effect({ stale })
      this.lastEffectAt = this.#simulation.now
      return result
    }
    const unanswered = (): KeynagError => unansweredBy(operation)
    switch (fault?.kind) {
      case undefined:
        agenda.add(soon, () => answer(() => take()))
        return
      case 'stale':
        agenda.add(soon, () => answer(() => take(true)))
        return
      case 'delay':
        agenda.add(now + fault.ms, () => answer(() => take()))
        return
      case 'crash-before':
        agenda.add(now, () => this.#die())
        return
      case 'crash-after':
        agenda.add(soon, async () => {
          await take().catch(refusedOnly)
          this.#die()
        })
        return
      case 'lost':
        agenda.add(soon, () =>
          answer(async () => {
            await take()
            throw unanswered()
          }),
        )
        return
      case 'throttle':
        agenda.add(soon, fail(transient('KEYNAG_THROTTLED', `${operation.name}: throttled`)))
        return
      case 'denied':
        agenda.add(soon, fail(permanent('KEYNAG_ROLE_UNREACHABLE', `${operation.name}: refused`)))
        return
      case 'refused':
        agenda.add(soon, fail(permanent('KEYNAG_ACCESS_DENIED', `${operation.name}: forbidden`)))
        return
      case 'time-out': {
        const at = { now: soon, late: now + patienceMs + lateMs, never: undefined }[fault.effect]
        if (at !== undefined) {
          agenda.add(at, async () => {
            await take().catch(refusedOnly)
          })
        }
        agenda.add(now + patienceMs, fail(unanswered()))
        return
      }
      default:
        fault satisfies never
    }
  }

  #die(): void {
    if (this.isDead) return
    this.isDead = true
    this.#onDeath()
    this.#signal?.()
  }

  /** A function waits only in port calls, one at a time: so the clock is stopped between them. */
  #untilNextCall(go: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#signal = () => {
      this.#signal = undefined
      resolve()
    }
    go()
    return promise
  }
}

/** CreateAccessKey has no idempotency token: without an answer, its caller cannot repeat it. */
const unansweredBy = ({ name }: Operation): KeynagError =>
  name === 'mutations.create'
    ? ambiguous('KEYNAG_EFFECT_UNKNOWN', `${name}: nobody answered`)
    : transient('KEYNAG_UNAVAILABLE', `${name}: nobody answered`)
