import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { rules } from '../rules/all-rules.ts'
import { startEvaluators } from './evaluators.ts'
import { handlerMutations, mutations, type Mutation } from './mutations.ts'
import { snapshotFile, snapshotOf } from './snapshot.ts'

const processes = availableParallelism()
const evaluators = startEvaluators(processes)
afterAll(evaluators.close)

/** Every rule is shown to bite: the stacks with one mistake each, and what must notice it. */
describe.concurrent(`mistakes, ${processes} at a time`, () => {
  it.each([...mutations, ...handlerMutations])('$mistake ($file): $caughtBy', async (mutation) => {
    expect(await complaintsAbout(mutation)).toContain(mutation.caughtBy)
  })

  it('leave no rule out', () => {
    const bitten = new Set<string>(mutations.map(({ caughtBy }) => caughtBy))
    expect(Object.keys(rules).filter((name) => !bitten.has(name))).toStrictEqual([])
  })
})

describe('the processes that evaluated them', () => {
  it('keep nothing of them', async () => {
    const right = { stage: 'production', handlers: 'unbuilt' } as const
    const graphs = await Promise.all(
      Array.from({ length: processes }, () => evaluators.evaluate(right)),
    )
    for (const graph of graphs) {
      expect(snapshotOf(graph)).toBe(readFileSync(snapshotFile, 'utf8'))
    }
  })
})

async function complaintsAbout(mutation: Mutation): Promise<readonly string[]> {
  const { stage = 'production', file, find, replace } = mutation
  const handlers = handlerMutations.includes(mutation) ? 'bundled' : 'unbuilt'
  const graph = await evaluators
    .evaluate({ stage, handlers, edits: [{ file, find, replace }] })
    .catch((error: unknown) => {
      // An edit that finds nothing is a mistake of the list and not of the stacks.
      if (String(error).includes('times what an edit looks for')) throw error
      return undefined
    })
  if (graph === undefined) return ['evaluation']
  return Object.entries(rules)
    .filter(([, rule]) => rule(graph, stage).length > 0)
    .map(([name]) => name)
}
