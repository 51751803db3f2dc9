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
   * How often a failed invocation is tried again, 0 to 185, at once. EventBridge Scheduler's own
   * default is 185; SST's `CronV2` sets 0, the default here.
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
  // Scheduler sends text here where EventBridge rules send an object.
  detail: '{}',
})

/** EventBridge Scheduler on a virtual clock. Flexible windows and cron syntax are not modelled. */
export class Schedule {
  readonly name: string
  readonly #options: ScheduleOptions
  #nextAt: number

  constructor(options: ScheduleOptions) {
    this.name = options.name
    this.#options = options
    this.#nextAt = options.firstAt ?? options.clock.now() + options.everyMs
  }

  /** When it runs next, milliseconds since the epoch. */
  get nextAt(): number {
    return this.#nextAt
  }

  /**
   * Invokes the function once for every occurrence that has come, in order, and returns how many
   * there were. Scheduler promises at least once; `runAgain` is the second time.
   * @throws what the handler threw in the last try
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
