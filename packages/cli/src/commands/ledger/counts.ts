import { daysBetween, type Entry, entryStates, type EpochMs } from '@keynag/core'
import { isExempt } from './entry-row.ts'

type Count = Readonly<Record<string, number>>

/** Figures of a ledger. `ages`, `policies` and `nags` count only keys not deleted or resolved. */
export interface LedgerCounts {
  readonly keys: number
  readonly open: number
  readonly states: Count
  readonly policies: Count
  readonly holds: Count
  readonly held: number
  readonly exempt: number
  readonly ages: Count
  readonly nags: Count
  readonly reminders: number
  readonly owners: number
  readonly withoutOwner: number
}

const ageBands = [
  ['under 90 days', 90],
  ['90 to 179 days', 180],
  ['180 to 364 days', 365],
  ['1 to 2 years', 730],
  ['over 2 years', Infinity],
] as const

const nagBands = [
  ['none', 1],
  // JavaScript would move names that look like numbers to the front of the JSON object.
  ['one', 2],
  ['two or three', 4],
  ['four or more', Infinity],
] as const

/** Counts entries one by one, so that counting a ledger of any size needs little memory. */
export class Counts {
  keys = 0
  #open = 0
  #held = 0
  #exempt = 0
  #reminders = 0
  #withoutOwner = 0
  readonly #now: EpochMs
  readonly #owners = new Set<string>()
  readonly #states = countOf(entryStates)
  readonly #policies: Record<string, number> = {}
  readonly #holds: Record<string, number> = {}
  readonly #ages = countOf(ageBands.map(([name]) => name))
  readonly #nags = countOf(nagBands.map(([name]) => name))

  constructor(now: EpochMs) {
    this.#now = now
  }

  add(entry: Entry): void {
    this.keys += 1
    this.#reminders += entry.nagCount
    increase(this.#states, entry.state)
    if (entry.hold !== undefined) {
      this.#held += 1
      increase(this.#holds, entry.hold.code)
    }
    if (entry.state === 'deleted' || entry.state === 'resolved') return
    this.#open += 1
    if (isExempt(entry, this.#now)) this.#exempt += 1
    increase(this.#policies, entry.policy)
    increase(this.#ages, bandOf(ageBands, daysBetween(entry.createdAt, this.#now)))
    increase(this.#nags, bandOf(nagBands, entry.nagCount))
    if (entry.owner.source === 'nobody') this.#withoutOwner += 1
    else this.#owners.add(entry.owner.id)
  }

  toJSON(): LedgerCounts {
    return {
      keys: this.keys,
      open: this.#open,
      states: this.#states,
      policies: mostFirst(this.#policies),
      holds: mostFirst(this.#holds),
      held: this.#held,
      exempt: this.#exempt,
      ages: this.#ages,
      nags: this.#nags,
      reminders: this.#reminders,
      owners: this.#owners.size,
      withoutOwner: this.#withoutOwner,
    }
  }
}

const countOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, 0]))

const mostFirst = (counts: Count): Count =>
  Object.fromEntries(
    Object.entries(counts).sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)),
  )

const increase = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1
}

const bandOf = (bands: readonly (readonly [string, number])[], value: number): string =>
  bands.find(([, below]) => value < below)?.[0] ?? 'none'
