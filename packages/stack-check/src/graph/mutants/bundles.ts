import { mutantIn, type Mutant } from './mutant.ts'

/** Mutants of the handlers’ sources. They show only when the handlers are bundled. */
export const bundleMutants: readonly Mutant[] = [
  mutantIn('packages/functions/src/digest/handler.ts')(
    'a handler with another name',
    'evaluation',
    'export const handler',
    'export const handle',
  ),
  mutantIn('packages/engine/src/schedules.ts')(
    'a module that does not exist',
    'evaluation',
    "'./planner/plan.ts'",
    "'./planner/plans.ts'",
  ),
  mutantIn('packages/functions/src/sweeper/handler.ts')(
    'a module that throws when it is loaded',
    'evaluation',
    '/** Every five minutes',
    "throw new Error('not yet')\n/** Every five minutes",
  ),
]
