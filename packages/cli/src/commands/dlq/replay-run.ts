import type { DeadLetterQueues } from '@keynag/core'
import type { Place } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import { eachLetter, type Found } from './each-letter.ts'
import { judge, type Verdict } from './judge.ts'
import { type Facts, lookUp } from './look-up.ts'
import type { ReplayOptions } from './options.ts'
import { putBack, quarantine } from './put-back.ts'
import { eventIdOf } from './read-letter.ts'
import { Tally } from './tally.ts'
import { Walk } from './walk.ts'

const secondMs = 1_000
/** How often a letter is judged again when others replay its event at the same time. */
const mostRaces = 3
/** How many event IDs one run remembers: about 1 MB. */
const mostRemembered = 10_000

type RunOptions = Omit<ReplayOptions, 'yes' | 'json'>

/** One pass over the dead letters: it replays events, or in a dry run only judges them. */
export class ReplayRun {
  readonly tally = new Tally()
  readonly walk: Walk
  readonly #queues: DeadLetterQueues
  readonly #place: Place
  readonly #shell: Shell
  readonly #options: RunOptions
  readonly #sent = new Set<string>()

  constructor(queues: DeadLetterQueues, place: Place, shell: Shell, options: RunOptions) {
    const { queue, max } = options
    this.#queues = queues
    this.#place = place
    this.#shell = shell
    this.#options = options
    const { clock } = place
    this.walk = new Walk(queues, { queue, max, clock, interrupted: shell.interrupted })
  }

  async run(report: (found: Found, verdict: Verdict) => Promise<void>): Promise<void> {
    const { dryRun } = this.#options
    for await (const found of eachLetter(this.walk, this.#place, this.#shell, this.#options)) {
      const verdict = dryRun ? this.#judge(found, found.facts) : await this.#handle(found)
      this.tally.add(verdict)
      await report(found, verdict)
      if (verdict.outcome !== 'replay') continue
      const eventId = eventIdOf(found.reading)
      if (eventId !== undefined && this.#sent.size < mostRemembered) this.#sent.add(eventId)
      if (!dryRun) await this.#shell.clock.sleep(secondMs / this.#options.rate)
    }
  }

  /** An event that fails at once is a dead letter again before the run has ended: it waits. */
  #judge({ letter, reading }: Found, facts: Facts): Verdict {
    const { policies } = this.#place.organization
    const verdict = judge(letter, reading, facts, policies, this.#options)
    return verdict.outcome !== 'invalid' && this.#sent.has(eventIdOf(reading) ?? '')
      ? { outcome: 'waits', why: 'this run already replayed its event' }
      : verdict
  }

  async #handle(found: Found): Promise<Verdict> {
    const { letter, reading } = found
    const { ledger, clock } = this.#place
    for (let races = 0; races < mostRaces; races += 1) {
      const facts = await lookUp(ledger, reading, clock.now())
      const verdict = this.#judge(found, facts)
      const { replay: before, now } = facts
      if (verdict.outcome === 'quarantined' && before !== undefined) {
        if ((await quarantine(ledger, before, verdict.why, now)) === 'done') return verdict
      } else if (verdict.outcome === 'replay' && reading.kind === 'event') {
        const ports = { ledger, queues: this.#queues }
        if ((await putBack(ports, letter, reading.event, before, now)) === 'done') {
          this.walk.settle(letter)
          return verdict
        }
      } else if (verdict.outcome === 'replay' && reading.kind === 'mail') {
        await this.#queues.resendMailEvent(letter.body)
        await this.#queues.remove([letter])
        this.walk.settle(letter)
        return verdict
      } else {
        return verdict
      }
    }
    return { outcome: 'waits', why: 'somebody else is replaying its event' }
  }
}
