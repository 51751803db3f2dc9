import { KeynagError, permanent } from '@keynag/core'
import { invariantTitle, isInvariantId } from '@keynag/core/invariants'
import { firstSeed } from './first-seed.ts'
import { playSeed, type Job } from './jobs.ts'
import { mutants } from './mutants/all-mutants.ts'
import { runMutants } from './mutants/run-mutants.ts'
import { parseSimulateOptions, simulateUsage, type SimulateOptions } from './options.ts'
import { performAll } from './pool.ts'
import { stories } from './scenarios/stories/all-stories.ts'
import { shrink } from './shrink.ts'
import { coverageOf, emptyTally, traceOf, type Failure } from './tally.ts'

const say = (text: string): boolean => process.stdout.write(`${text}\n`)

async function main(argv: readonly string[]): Promise<number> {
  const options = parseSimulateOptions(argv)
  if (options.help) {
    say(simulateUsage)
    return 0
  }
  if (options.replay !== undefined) return replay(options.replay)
  return options.mutants ? judgeMutants(options) : simulate(options)
}

async function simulate(options: SimulateOptions): Promise<number> {
  const began = performance.now()
  const tally = emptyTally()
  const first = options.seed === 'commit' ? firstSeed() : { seed: options.seed, from: '--seed' }
  if (options.runs > 0) {
    say(`seeds ${first.seed} to ${first.seed + options.runs - 1}, from ${first.from}`)
  }
  await performAll(tally, jobsFor(options, first.seed))
  const seconds = Math.round((performance.now() - began) / 100) / 10
  const { uncovered, ...coverage } = coverageOf(tally)
  const { runs, steps, faults, crashes, failures } = tally
  const isGood = failures.length === 0 && uncovered.length === 0
  say(`${runs} runs, ${steps} port calls, ${seconds} s`)
  if (crashes.enumerated > 0) {
    const { enumerated, covered, played } = crashes
    say(`${enumerated} crash points enumerated, ${covered} covered by ${played} runs`)
  }
  say(`${coverage.transitionsCovered} of ${coverage.transitionsTotal} transitions`)
  say(`${coverage.recoveryRulesCovered} of ${coverage.recoveryRulesTotal} rules of recovery`)
  for (const each of uncovered) say(`never happened: ${each}`)
  await explain(failures)
  const violations = failures.map(({ run, invariant, sentence }) => ({ run, invariant, sentence }))
  const result = { runs, steps, faults, crashes, ...coverage, violations, seconds }
  if (options.json) say(JSON.stringify(result))
  return isGood ? 0 : 1
}

/** Small jobs, so that all cores are busy to the end. */
const seedsPerJob = 50
const parts = 64

function jobsFor({ runs, crash }: SimulateOptions, seed: number): readonly Job[] {
  const jobs: Job[] = [{ kind: 'stories' }]
  if (crash !== 'random') {
    const kinds = crash === 'pairs' ? (['singles', 'pairs'] as const) : (['singles'] as const)
    for (const kind of kinds) {
      for (let part = 0; part < parts; part += 1) jobs.push({ kind, part, of: parts })
    }
  }
  for (let from = seed; from < seed + runs; from += seedsPerJob) {
    jobs.push({ kind: 'seeds', from, to: Math.min(from + seedsPerJob, seed + runs) })
  }
  return jobs
}

const titled = (invariant: Failure['invariant']): string =>
  isInvariantId(invariant) ? invariantTitle(invariant) : invariant

async function explain(failures: readonly Failure[]): Promise<void> {
  for (const { run, invariant, sentence, at } of failures) {
    say(`\n${titled(invariant)} in ${run}: ${sentence} ${at}`.trimEnd())
    const story = stories.find(({ name }) => name === run)
    if (story !== undefined) say(`The story: ${story.about}`)
  }
  const [first] = failures
  if (first === undefined) return
  if (first.seed === undefined) say(`\n${first.trace.join('\n')}`)
  else await replay(first.seed)
}

async function replay(seed: number): Promise<number> {
  const whole = await playSeed(seed)
  const [violation] = whole.violations
  if (violation === undefined) {
    say(`seed ${seed}: ${whole.steps} port calls, no violation\n${traceOf(whole).join('\n')}`)
    return 0
  }
  const { played } = await shrink(seed)
  const of = `${played.incidents.length} of ${whole.incidents.length}`
  say(
    `\nseed ${seed} again, with only the faults that the violation needs (${of}):\n${traceOf(played).join('\n')}`,
  )
  for (const { invariant, sentence } of played.violations) say(`${titled(invariant)}: ${sentence}`)
  return 1
}

async function judgeMutants({ only = '', json }: SimulateOptions): Promise<number> {
  const began = performance.now()
  const chosen = mutants.filter(({ guard }) => guard.includes(only))
  if (chosen.length === 0) {
    throw permanent('KEYNAG_OPTION_INVALID', `--only: no mutant’s name contains "${only}"`)
  }
  const results = await runMutants(chosen, (result) => {
    const verdict = result.caught ? `caught: ${result.by}` : 'SURVIVED'
    say(`${result.guard}: ${verdict} (${result.seconds} s)`)
  })
  const survivors = results.filter(({ caught }) => !caught)
  const seconds = Math.round((performance.now() - began) / 1_000)
  const caught = results.length - survivors.length
  say(`\n${caught} of ${results.length} mutants are caught, ${seconds} s`)
  for (const { guard } of survivors) say(`survived: ${guard}`)
  if (survivors.length > 0) say(afterSurvivors)
  if (json) say(JSON.stringify({ mutants: results, seconds }))
  return survivors.length === 0 ? 0 : 1
}

const afterSurvivors = `
The simulation does not notice that these guards are gone. For each, either
- add a story to packages/simulation/src/scenarios/stories in which the guard matters, or
- add a check to packages/simulation/src/checks that notices the damage, or
- delete the guard from the code, if nothing needs it, and its mutant.`

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof KeynagError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`)
  process.exitCode = 2
}
