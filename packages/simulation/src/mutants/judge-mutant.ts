import { perform, type Job } from '../jobs.ts'
import { coverageOf, emptyTally, add } from '../tally.ts'

/**
 * Runs inside a mutant’s copy of the sources. Plays the stories, then the single crashes, then
 * seeds, until an invariant breaks or something is never covered.
 */
const jobs: readonly Job[] = [
  { kind: 'stories' },
  { kind: 'singles', part: 0, of: 1 },
  { kind: 'seeds', from: 1, to: 200 },
]

const tally = emptyTally()
let by = ''
for (const job of jobs) {
  add(tally, await perform(job, true))
  const [failure] = tally.failures
  const [uncovered] = coverageOf(tally).uncovered
  if (failure !== undefined) by = `${failure.invariant} in ${failure.run}`
  else if (uncovered !== undefined) by = `never happened: ${uncovered}`
  if (by !== '') break
}
process.stdout.write(`${JSON.stringify({ caught: by !== '', by })}\n`)
