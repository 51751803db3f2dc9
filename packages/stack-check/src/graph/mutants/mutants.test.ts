import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/all-rules.ts'
import { startEvaluators } from '../evaluators.ts'
import { snapshotFile, snapshotOf } from '../snapshot.ts'
import { stackMutants } from './all-mutants.ts'
import { bundleMutants } from './bundles.ts'
import type { Mutant } from './mutant.ts'

const processes = availableParallelism()
const evaluators = startEvaluators(processes)
afterAll(evaluators.close)

/** Each mutant is one mistake in the stacks. A rule that catches no mutant proves nothing. */
describe.concurrent(`mutants of the stacks, ${processes} at a time`, () => {
  it.each([...stackMutants, ...bundleMutants])('$name ($file): $caughtBy', async (mutant) => {
    expect(await verdictOn(mutant)).toBe('caught')
  })

  it('include one for each rule', () => {
    const caught = new Set<string>(stackMutants.map(({ caughtBy }) => caughtBy))
    const untried = Object.keys(rules).filter((name) => !caught.has(name))
    // Add a mutant to this folder for each rule that the failure lists.
    expect(untried).toStrictEqual([])
  })
})

describe('the processes that evaluated the mutants', () => {
  it('evaluate the unchanged stacks as before', async () => {
    const unchanged = { stage: 'production', handlers: 'unbuilt' } as const
    const graphs = await Promise.all(
      Array.from({ length: processes }, () => evaluators.evaluate(unchanged)),
    )
    for (const graph of graphs) {
      expect(snapshotOf(graph)).toBe(readFileSync(snapshotFile, 'utf8'))
    }
  })
})

/** `caught`, or what to do about a mutant that survives. */
async function verdictOn(mutant: Mutant): Promise<string> {
  const { name, file, caughtBy } = mutant
  const complaints = await complaintsAbout(mutant)
  if (complaints.includes(caughtBy)) return 'caught'
  const others = complaints.length === 0 ? 'No rule' : `Only ${complaints.join(', ')}`
  const survives = `The mutant "${name}" in ${file} survives. ${others} complains.`
  return caughtBy === 'evaluation'
    ? `${survives} The stacks should not evaluate with it: correct the mutant, or remove it.`
    : `${survives} Make ${caughtBy} in packages/stack-check/src/rules stricter, or name another rule in the mutant’s \`caughtBy\`.`
}

async function complaintsAbout(mutant: Mutant): Promise<readonly string[]> {
  const { stage = 'production', file, find, replace } = mutant
  const handlers = bundleMutants.includes(mutant) ? 'bundled' : 'unbuilt'
  const graph = await evaluators
    .evaluate({ stage, handlers, edits: [{ file, find, replace }] })
    .catch((error: unknown) => {
      // A text that is not found makes no mutant, and must not pass for a caught one.
      if (String(error).includes('times what an edit looks for')) {
        const advice = `Update the text that the mutant "${mutant.name}" looks for.`
        throw new Error(advice, { cause: error })
      }
      return undefined
    })
  if (graph === undefined) return ['evaluation']
  return Object.entries(rules)
    .filter(([, rule]) => rule(graph, stage).length > 0)
    .map(([name]) => name)
}
