import {
  checkers,
  invariantIds,
  invariantOf,
  type Checker,
  type InvariantId,
} from '@keynag/core/invariants'
import { table } from './markdown.ts'

/** The checkers of an invariant, with what each does not look at. */
function checkersOf(id: InvariantId) {
  const { checkedBy } = invariantOf(id)
  return checkers.flatMap((checker) => {
    const extent = checkedBy[checker]
    if (extent === undefined) return []
    return [{ checker, notLookedAt: extent === 'in full' ? undefined : extent.notLookedAt }]
  })
}

const namesOf = (found: readonly { readonly checker: Checker }[]): string =>
  found.map(({ checker }) => checker).join(', ')

/** ARCHITECTURE.md's table. */
export const shortInvariantTable = (): string =>
  table(
    ['no.', 'short', 'checked by', 'in part by'],
    invariantIds.map((id) => {
      const found = checkersOf(id)
      return [
        id,
        invariantOf(id).short,
        namesOf(found.filter(({ notLookedAt }) => notLookedAt === undefined)),
        namesOf(found.filter(({ notLookedAt }) => notLookedAt !== undefined)),
      ]
    }),
  )

/** What the checkers do not look at; one row for those that leave out the same. */
function gapsOf(id: InvariantId): readonly (readonly string[])[] {
  const gaps = Map.groupBy(checkersOf(id), ({ notLookedAt }) => notLookedAt)
  return [...gaps].flatMap(([notLookedAt, found]) =>
    notLookedAt === undefined ? [] : [[id, namesOf(found), notLookedAt]],
  )
}

/** The tables of docs/rotation.md: the promises, and the gaps of their checkers. */
export const fullInvariantTables = (): string =>
  [
    table(
      ['no.', 'promise'],
      invariantIds.map((id) => [id, invariantOf(id).full]),
    ),
    '',
    'Some checkers check an invariant only in part:',
    '',
    table(['no.', 'checker', 'does not look at'], invariantIds.flatMap(gapsOf)),
  ].join('\n')
