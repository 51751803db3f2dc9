import {
  dayMs,
  epochMs,
  hourMs,
  isoDay,
  KeynagError,
  minuteMs,
  scheduleRules,
  type AccessKeyId,
  type ScheduleName,
  type StageQueue,
} from '@keynag/core'
import { consumers, release, rollBack, schedules } from '@keynag/engine'
import { Invocation, type InvocationRun } from './invocation.ts'
import { portsOf } from './ports/ports-of.ts'
import type { PortsRun } from './ports/ports-run.ts'
import type { SimMessage } from './queues.ts'
import { startsAt } from './scenario.ts'
import { reportBug } from './ports/telemetry.ts'

const scanAt = scheduleRules.planner.hour * hourMs
const tickMs = scheduleRules.sweeper.minutes * minuteMs
const longestGapMs = 4 * hourMs

/** What the functions need of the run that they belong to. */
interface Run extends InvocationRun, PortsRun {
  readonly isAtRest: boolean
}

/** Runs keynag's functions: by queue, by schedule, and by an operator's command. */
export class Functions {
  readonly running = new Set<Invocation>()
  /** The functions that ever died, by a crash or by their time-out. */
  readonly died = new Set<string>()
  /** Deliveries that ended in an error. */
  failed = 0
  readonly #simulation: Run
  #lastSweepAt: number = startsAt
  #sweepGap = tickMs
  #sweptVersion = -1

  constructor(simulation: Run) {
    this.#simulation = simulation
  }

  /** Runs a queue's consumer on a batch. `finished` gets the messages that failed. */
  consume(
    queue: StageQueue,
    batch: readonly SimMessage[],
    timeoutMs: number,
    finished: (failed: ReadonlySet<string>) => void,
  ): Promise<void> {
    const simulation = this.#simulation
    return this.#invoke(queue, timeoutMs, async (invocation) => {
      const consumer = consumers(portsOf(simulation, invocation))[queue]
      const remainingMs = (): number => invocation.deadline - simulation.now
      const failed = new Set<string>()
      for (const { id, body, receives } of batch) {
        const received = { messageId: id, body, receiveCount: receives, remainingMs }
        // The consumer has logged the error, and the telemetry reports a bug as a violation.
        await consumer(received).catch(() => failed.add(id))
      }
      this.failed += failed.size
      finished(failed)
    })
  }

  /** An operator's command. It may die like any function, and nobody repeats it. */
  rollBack(accessKeyId: AccessKeyId): Promise<void> {
    return this.#invoke('roll-back', 5 * minuteMs, async (invocation) => {
      const request = { by: 'olga', why: 'the export failed' }
      try {
        const answer = await rollBack(portsOf(this.#simulation, invocation), accessKeyId, request)
        if (answer.kind === 'refused') this.#simulation.checks.refusesRollback(accessKeyId)
      } catch (error) {
        if (!(error instanceof KeynagError)) reportBug(this.#simulation, invocation, error)
      }
    })
  }

  /** The same, to release a hold. */
  release(accessKeyId: AccessKeyId): Promise<void> {
    return this.#invoke('release', 5 * minuteMs, async (invocation) => {
      const request = { by: 'olga', why: 'looked into' }
      try {
        await release(portsOf(this.#simulation, invocation), accessKeyId, request)
      } catch (error) {
        if (!(error instanceof KeynagError)) reportBug(this.#simulation, invocation, error)
      }
    })
  }

  /** Runs the planner on this day and on every day after it, until the simulation is at rest. */
  planFrom(day: number): void {
    this.#simulation.agenda.add(day * dayMs + scanAt, () => {
      if (this.#simulation.isAtRest) return undefined
      this.planFrom(day + 1)
      return this.#runSchedule('planner', 2)
    })
  }

  /**
   * The sweeper runs every five minutes, and a sweep that finds nothing due changes nothing. So the
   * simulation plays only sweeps that find something, and fewer of them while nothing changes.
   */
  get nextSweepAt(): number {
    const { books, now } = this.#simulation
    const plan = books.days.get(isoDay(epochMs(now)))
    const isPublished = plan === undefined || plan.publishedAt !== undefined
    const due = isPublished ? books.nextDue : Math.min(plan.plannedAt, books.nextDue ?? Infinity)
    if (due === undefined) return Infinity
    const from = Math.max(due, this.#lastSweepAt + this.#sweepGap)
    return Math.max(now, Math.ceil(from / tickMs) * tickMs)
  }

  sweep(): Promise<void> {
    const { books, now } = this.#simulation
    const isIdle = this.#sweptVersion === books.version
    this.#sweepGap = isIdle ? Math.min(longestGapMs, this.#sweepGap * 2) : tickMs
    this.#sweptVersion = books.version
    this.#lastSweepAt = now
    return this.#runSchedule('sweeper', 0)
  }

  /** EventBridge Scheduler repeats a run that failed. */
  #runSchedule(name: ScheduleName, triesLeft: number): Promise<void> {
    const simulation = this.#simulation
    const again = (): void => {
      if (triesLeft === 0) return
      simulation.agenda.add(simulation.now + minuteMs, () => this.#runSchedule(name, triesLeft - 1))
    }
    return this.#invoke(
      name,
      5 * minuteMs,
      async (invocation) => {
        try {
          await schedules(portsOf(simulation, invocation))[name]()
        } catch (error) {
          if (!(error instanceof KeynagError)) reportBug(simulation, invocation, error)
          again()
        }
      },
      again,
    )
  }

  #invoke(
    name: string,
    timeoutMs: number,
    run: (invocation: Invocation) => Promise<void>,
    onDeath: () => void = () => undefined,
  ): Promise<void> {
    const invocation = new Invocation(this.#simulation, name, timeoutMs, () => {
      this.died.add(name)
      this.running.delete(invocation)
      onDeath()
    })
    this.running.add(invocation)
    return invocation.start(async () => {
      await run(invocation)
      this.running.delete(invocation)
      this.#simulation.checks.ended(invocation)
    })
  }
}
