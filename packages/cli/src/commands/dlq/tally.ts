import { type Column, tableOf } from '../../output/table.ts'
import type { Shell } from '../../shell/shell.ts'
import type { Coverage } from './depths.ts'
import { type Outcome, outcomes, type Verdict } from './judge.ts'

interface Row extends Verdict {
  readonly count: number
}

/** Reasons may quote strangers, so further reasons are counted together. */
const mostRows = 100
const mostCharacters = 200
const manyReasons = '(other reasons)'

/** Counts letters by outcome and reason, in memory that does not grow with the queues. */
export class Tally {
  readonly #rows = new Map<string, Row>()

  add({ outcome, why }: Verdict): void {
    let reason = why.slice(0, mostCharacters)
    if (!this.#rows.has(`${outcome}/${reason}`) && this.#rows.size >= mostRows) reason = manyReasons
    const count = (this.#rows.get(`${outcome}/${reason}`)?.count ?? 0) + 1
    this.#rows.set(`${outcome}/${reason}`, { outcome, why: reason, count })
  }

  count(outcome: Outcome): number {
    const rows = [...this.#rows.values()].filter((row) => row.outcome === outcome)
    return rows.reduce((sum, { count }) => sum + count, 0)
  }

  get total(): number {
    return outcomes.reduce((sum, outcome) => sum + this.count(outcome), 0)
  }

  /** A table with a row for each outcome and reason; empty when nothing was counted. */
  table(shell: Pick<Shell, 'width' | 'style'>, words: Readonly<Partial<Words>> = {}): string {
    const rows = [...this.#rows.values()].toSorted(
      (a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome) || b.count - a.count,
    )
    const columns: readonly Column<Row>[] = [
      { title: 'outcome', value: ({ outcome }) => words[outcome] ?? outcome },
      { title: 'count', value: ({ count }) => count.toLocaleString('en'), align: 'right' },
      { title: 'why', value: ({ why }) => why, shrink: 1 },
    ]
    return rows.length === 0 ? '' : tableOf(rows, columns, shell)
  }
}

type Words = Record<Outcome, string>

/** What a replay or a discard did, for programs. In a dry run: what it would do. */
export const figuresOf = (
  tally: Tally,
  { looked, isComplete }: Coverage,
  { verb, dryRun }: { readonly verb: 'replay' | 'discard'; readonly dryRun: boolean },
) => {
  const of = (outcome: Outcome): number => (verb === 'replay' ? tally.count(outcome) : 0)
  const replayed = of('replay')
  const discarded = verb === 'discard' ? tally.total : 0
  return {
    looked,
    complete: isComplete,
    replayed,
    obsolete: of('obsolete'),
    waits: of('waits'),
    invalid: of('invalid'),
    quarantined: of('quarantined'),
    discarded,
    left: looked - replayed - discarded,
    dryRun,
  }
}
