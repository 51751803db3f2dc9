import { type DeadLetter, type EpochMs, type StageQueue, stageQueues } from '@keynag/core'
import { type Facts, subjectsOf } from './look-up.ts'
import { beganAt, type Reading, reasonOf, typeOf } from './read-letter.ts'

/** Dead letters of one queue that have the same reason. */
export interface Group {
  readonly queue: StageQueue
  readonly reason: string
  readonly count: number
  readonly types: readonly string[]
  readonly oldest: EpochMs
  readonly accounts: readonly string[]
  /** What one of them says for itself; strangers' words. */
  readonly example: string | undefined
}

/** Whoever can send to a queue can make up reasons: what is more than this goes together. */
const mostGroups = 100
const mostNames = 100
const mostCharacters = 200
const otherReasons = '(other reasons)'

/** Counters that do not grow with the queues. */
export class Groups {
  readonly #groups = new Map<string, Group>()

  add(letter: DeadLetter, reading: Reading, facts: Facts): void {
    const { queue, parked } = letter
    const at = beganAt(letter, reading)
    let reason = reasonOf(letter).slice(0, mostCharacters)
    if (!this.#groups.has(keyOf(queue, reason)) && this.#groups.size >= mostGroups) {
      reason = otherReasons
    }
    const before = this.#groups.get(keyOf(queue, reason))
    const type = typeOf(reading) ?? 'unreadable'
    this.#groups.set(keyOf(queue, reason), {
      queue,
      reason,
      count: (before?.count ?? 0) + 1,
      types: together(before?.types, [type]),
      oldest: before !== undefined && before.oldest < at ? before.oldest : at,
      accounts: together(before?.accounts, subjectsOf(reading, facts).accounts),
      example: before?.example ?? parked?.reason.slice(0, mostCharacters),
    })
  }

  /** The largest of each queue first. */
  all(): readonly Group[] {
    return [...this.#groups.values()].toSorted(
      (a, b) => stageQueues.indexOf(a.queue) - stageQueues.indexOf(b.queue) || b.count - a.count,
    )
  }
}

const keyOf = (queue: StageQueue, reason: string): string => `${queue}/${reason}`

const together = (before: readonly string[] = [], more: readonly string[]): readonly string[] =>
  [...new Set([...before, ...more])].slice(0, mostNames)
