import { type DeadLetter, type EpochMs, type StageQueue, stageQueues } from '@keynag/core'
import { type Facts, subjectsOf } from './look-up.ts'
import { beganAt, eventIdOf, type Reading, reasonOf, typeOf } from './read-letter.ts'

/** The dead letters of one queue that have the same reason. */
export interface Group {
  readonly queue: StageQueue
  readonly reason: string
  readonly count: number
  readonly types: readonly string[]
  readonly oldest: EpochMs
  readonly accounts: readonly string[]
  /** The ID of one of them, for `keynag dlq show`: of its event, or else of its message. */
  readonly exampleId: string
  /** The text of one of them. Strangers may have written it. */
  readonly example: string | undefined
}

/** Senders can make up reasons, so further reasons are counted together. */
const mostGroups = 100
const mostNames = 100
const mostCharacters = 200
const otherReasons = '(other reasons)'

/** Counts dead letters by queue and reason, in memory that does not grow with the queues. */
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
      types: union(before?.types, [type]),
      oldest: before !== undefined && before.oldest < at ? before.oldest : at,
      accounts: union(before?.accounts, subjectsOf(reading, facts).accounts),
      exampleId: before?.exampleId ?? idOf(letter, reading),
      example: before?.example ?? parked?.reason.slice(0, mostCharacters),
    })
  }

  /** All groups by queue, the largest of each queue first. */
  all(): readonly Group[] {
    return [...this.#groups.values()].toSorted(
      (a, b) => stageQueues.indexOf(a.queue) - stageQueues.indexOf(b.queue) || b.count - a.count,
    )
  }
}

/** An unreadable body may claim any ID, so there the message's own ID counts. */
const idOf = ({ messageId }: DeadLetter, reading: Reading): string =>
  reading.kind === 'unreadable' ? messageId : (eventIdOf(reading) ?? messageId)

const keyOf = (queue: StageQueue, reason: string): string => `${queue}/${reason}`

const union = (before: readonly string[] = [], more: readonly string[]): readonly string[] =>
  [...new Set([...before, ...more])].slice(0, mostNames)
