import type { InvariantId } from '@keynag/core/invariants'
import {
  protectedAreUntouched,
  reactivatedIsLeftAlone,
  replacedBeforeDeactivation,
  notLatelyUsed,
} from './deactivations.ts'
import { deletedOnlyAfterGrace, neverMoreThanTwoKeys } from './deletions.ts'
import { deletionsWereTold, lettersAreUnderstood, warnedBeforeDeactivation } from './letters.ts'
import type { Check, Evidence, Violation } from './invariant.ts'
import { deletionsWereAnnounced, nagsKeepTheirDistance, onlyDeclaredTransitions } from './ledger.ts'
import { noSecretIsWritten, replacementsAreStored } from './secrets.ts'

const checks = [
  ['I1', replacementsAreStored],
  ['I2', noSecretIsWritten],
  ['I3', neverMoreThanTwoKeys],
  ['I4', replacedBeforeDeactivation],
  ['I5', deletedOnlyAfterGrace],
  ['I6', reactivatedIsLeftAlone],
  ['I7', notLatelyUsed],
  ['I9', nagsKeepTheirDistance],
  ['I10', onlyDeclaredTransitions],
  ['I13', protectedAreUntouched],
  ['I14', warnedBeforeDeactivation],
  ['I14', deletionsWereTold],
  ['I14', deletionsWereAnnounced],
  ['I14', lettersAreUnderstood],
] as const satisfies readonly (readonly [InvariantId, Check])[]

/** What `violationsIn` checks. */
export const demoInvariants: readonly InvariantId[] = [
  ...new Set(checks.map(([invariant]) => invariant)),
]

/** Checks the invariants against the simulated AWS's own history. */
export const violationsIn = (evidence: Evidence): readonly Violation[] =>
  checks.flatMap(([invariant, check]) =>
    check(evidence).map((sentence) => ({ invariant, sentence })),
  )

export type { Evidence, Violation }
