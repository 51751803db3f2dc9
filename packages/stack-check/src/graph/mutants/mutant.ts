import type { RuleName } from '../../rules/all-rules.ts'
import type { Edit } from '../edit.ts'

/** One change of the stacks that somebody could make by mistake, and the rule that must catch it. */
export interface Mutant extends Edit {
  readonly name: string
  /** `evaluation`: the stacks cannot be evaluated at all. */
  readonly caughtBy: RuleName | 'evaluation'
  readonly stage?: string
}

export const mutantIn =
  (file: string) =>
  (
    name: string,
    caughtBy: Mutant['caughtBy'],
    find: string,
    replace: string,
    stage?: string,
  ): Mutant => ({
    file,
    name,
    caughtBy,
    find,
    replace,
    ...(stage === undefined ? {} : { stage }),
  })
