import { randomUUID } from 'node:crypto'
import type { Context, ScheduledEvent } from 'aws-lambda'
import type { Clock } from '../loopback/index.ts'
import { lambdaContext } from './context.ts'
import { withinTimeout } from './within-timeout.ts'

export type ScheduleHandler = (event: ScheduledEvent, context: Context) => Promise<unknown>

export type ScheduleOptions = {
  /** The function's name. */
  name: string
  clock: Clock
  /** Virtual milliseconds between two occurrences, e.g. a day. */
  everyMs: number
  /** The first occurrence, milliseconds since the epoch; default: one period from now. */
  firstAt?: number
  handler: ScheduleHandler
  /**
   * How often a failed invocation is repeated, 0 to 185, without a wait. EventBridge Scheduler's
   * default is 185; SST's `CronV2` sets 0, which is the default here.
   */
  retries?: number
  /** Real seconds; default 30. */
  timeoutSeconds?: number
  region?: string
}

const event = (name: string, region: string, at: number): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '000000000000',
  time: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  region,
  resources: [`arn:aws:scheduler:${region}:000000000000:schedule/default/${name}`],
  // EventBridge Scheduler sends text here, while EventBridge rules send an object.
  detail: '{}',
})

/**
 * A schedule of EventBridge Scheduler on a virtual clock (EventBridge Scheduler User Guide).
 *
 * Kept: the event that a function receives, retries after a failure, delivery at least once (see
 * `runAgain`). Left out: cron and rate expressions, flexible time windows, the age limit of events,
 * dead-letter queues.
 */
export class Schedule {
  readonly name: string
  readonly #options: ScheduleOptions
  #nextAt: number

  constructor(options: ScheduleOptions) {
    this.name = options.name
    this.#options = options
    this.#nextAt = options.firstAt ?? options.clock.now() + options.everyMs
  }

  /** The next occurrence, in milliseconds since the epoch. */
  get nextAt(): number {
    return this.#nextAt
  }

  /**
   * Invokes the function once for every occurrence up to now, in order, and returns how many there
   * were. EventBridge Scheduler can deliver an occurrence twice; `runAgain` does that.
   * @throws the handler's error, if its last repetition failed too
   */
  async runDue(): Promise<number> {
    let occurrences = 0
    while (this.#nextAt <= this.#options.clock.now()) {
      const at = this.#nextAt
      this.#nextAt += this.#options.everyMs
      occurrences += 1
      await this.#invoke(at)
    }
    return occurrences
  }

  /** Delivers the last occurrence again. */
  async runAgain(): Promise<void> {
    await this.#invoke(this.#nextAt - this.#options.everyMs)
  }

  async #invoke(at: number): Promise<void> {
    const { name, handler, retries = 0, timeoutSeconds = 30, region = 'us-east-1' } = this.#options
    const scheduled = event(name, region, at)
    for (let attempt = 0; ; attempt += 1) {
      try {
        const context = lambdaContext({ name, timeoutSeconds, region })
        await withinTimeout(name, timeoutSeconds, () => handler(scheduled, context))
        return
      } catch (error) {
        if (attempt >= retries) throw error
      }
    }
  }
}
