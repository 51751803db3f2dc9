import { recoveryRules, transitions } from '@keynag/core'
import type { Violation } from './checks/violation.ts'
import type { Played } from './play.ts'
import type { Story } from './scenarios/stories/story.ts'

/** A run that broke an invariant. `seed` replays it; stories and crashes have none. */
export interface Failure {
  readonly run: string
  readonly seed: number | undefined
  readonly invariant: Violation['invariant'] | 'story'
  readonly sentence: string
  readonly at: string
  /** The faults and deeds of the run, oldest first. */
  readonly trace: readonly string[]
}

interface Crashes {
  enumerated: number
  covered: number
  /** Runs that were played for them. Points with the same consequences share one run. */
  played: number
}

/** The sum of many runs. It is plain data, so that a worker can send it. */
export interface Tally {
  runs: number
  steps: number
  readonly faults: Record<string, number>
  readonly crashes: Crashes
  readonly transitions: Record<string, true>
  readonly recoveries: Record<string, true>
  readonly failures: Failure[]
}

/** One failure is enough to begin with, so no more than these are kept. */
const mostFailures = 20

export const emptyTally = (): Tally => ({
  runs: 0,
  steps: 0,
  faults: {},
  crashes: { enumerated: 0, covered: 0, played: 0 },
  transitions: {},
  recoveries: {},
  failures: [],
})

export function count(tally: Tally, run: string, seed: number | undefined, played: Played): void {
  tally.runs += 1
  tally.steps += played.steps
  for (const [kind, times] of played.faults) {
    tally.faults[kind] = (tally.faults[kind] ?? 0) + times
  }
  for (const transition of played.transitions) tally.transitions[transition] = true
  for (const rule of played.recoveries) tally.recoveries[rule] = true
  for (const violation of played.violations) {
    const { invariant, sentence, at } = violation
    fail(tally, { run, seed, invariant, sentence, at: isoOf(at), trace: traceOf(played) })
  }
}

export function fail(tally: Tally, failure: Failure): void {
  if (tally.failures.length < mostFailures) tally.failures.push(failure)
}

export function add(tally: Tally, more: Tally): void {
  tally.runs += more.runs
  tally.steps += more.steps
  for (const [kind, times] of Object.entries(more.faults)) {
    tally.faults[kind] = (tally.faults[kind] ?? 0) + times
  }
  tally.crashes.enumerated += more.crashes.enumerated
  tally.crashes.covered += more.crashes.covered
  tally.crashes.played += more.crashes.played
  Object.assign(tally.transitions, more.transitions)
  Object.assign(tally.recoveries, more.recoveries)
  for (const failure of more.failures) fail(tally, failure)
}

/** The promises of a story that its run did not meet. */
export const unmetBy = (story: Story, played: Played): readonly string[] => [
  ...(story.recoveries ?? []).filter((rule) => !played.recoveries.has(rule)),
  ...(story.holds ?? []).filter((code) => !played.holds.has(code)),
  ...(story.facts ?? []).filter((fact) => !played.transitions.has(fact)),
  ...(story.isQuiet === true && played.failed > 0 ? ['no error'] : []),
  ...(story.never ?? []).filter((fact) => played.transitions.has(fact)).map((fact) => `no ${fact}`),
]

const allTransitions = Object.entries(transitions).flatMap(([state, row]) =>
  Object.keys(row).map((fact) => `${state} ${fact}`),
)
const allRules = Object.keys(recoveryRules)

/** Which transitions and which rules of recovery happened in the runs, and which did not. */
export const coverageOf = (tally: Tally) => ({
  transitionsCovered: allTransitions.filter((each) => tally.transitions[each]).length,
  transitionsTotal: allTransitions.length,
  recoveryRulesCovered: allRules.filter((rule) => tally.recoveries[rule]).length,
  recoveryRulesTotal: allRules.length,
  uncovered: [
    ...allTransitions.filter((each) => tally.transitions[each] !== true),
    ...allRules.filter((rule) => tally.recoveries[rule] !== true),
  ],
})

const isoOf = (at: number): string => new Date(at).toISOString()

export const traceOf = ({ incidents }: Played): readonly string[] =>
  incidents.map(
    ({ kind, index, what, at, where }) => `${isoOf(at)} ${kind} ${index}: ${what} (${where})`,
  )
