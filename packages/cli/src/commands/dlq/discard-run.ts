import type { DeadLetterQueues } from '@keynag/core'
import type { Place } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import { eachLetter } from './each-letter.ts'
import { Groups } from './groups.ts'
import { judge } from './judge.ts'
import type { DiscardOptions } from './options.ts'
import { Tally } from './tally.ts'
import { Walk } from './walk.ts'

type RunOptions = Omit<DiscardOptions, 'yes' | 'json' | 'all'>

/** One pass over the dead letters: it discards them, or in a dry run only counts them. */
export class DiscardRun {
  /** Counts the letters by the outcome that a replay would have had. */
  readonly tally = new Tally()
  readonly groups = new Groups()
  readonly walk: Walk
  readonly #queues: DeadLetterQueues
  readonly #place: Place
  readonly #shell: Shell
  readonly #options: RunOptions

  constructor(queues: DeadLetterQueues, place: Place, shell: Shell, options: RunOptions) {
    const { queue, max } = options
    this.#queues = queues
    this.#place = place
    this.#shell = shell
    this.#options = options
    const { clock } = place
    this.walk = new Walk(queues, { queue, max, clock, interrupted: shell.interrupted })
  }

  async run(): Promise<void> {
    const { dryRun, outcome } = this.#options
    const { policies } = this.#place.organization
    const wishes = { obsolete: false, quarantined: false }
    for await (const found of eachLetter(this.walk, this.#place, this.#shell, this.#options)) {
      const { letter, reading, facts } = found
      const verdict = judge(letter, reading, facts, policies, wishes)
      if (outcome !== undefined && !outcome.includes(verdict.outcome)) continue
      if (!dryRun) {
        await this.#queues.remove([letter])
        this.walk.settle(letter)
      }
      this.tally.add(verdict)
      this.groups.add(letter, reading, facts)
    }
  }
}
