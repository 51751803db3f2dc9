import {
  protectedAreUntouched,
  reactivatedIsLeftAlone,
  replacedBeforeDeactivation,
  notLatelyUsed,
  warnedBeforeDeactivation,
} from './deactivations.ts'
import { deletedOnlyAfterGrace, neverMoreThanTwoKeys } from './deletions.ts'
import type { Check, Evidence, Violation } from './invariant.ts'
import { nagsKeepTheirDistance, onlyDeclaredTransitions } from './ledger.ts'
import { noSecretIsWritten, replacementsAreStored } from './secrets.ts'

const checks: readonly Check[] = [
  replacementsAreStored,
  noSecretIsWritten,
  neverMoreThanTwoKeys,
  replacedBeforeDeactivation,
  deletedOnlyAfterGrace,
  reactivatedIsLeftAlone,
  notLatelyUsed,
  nagsKeepTheirDistance,
  onlyDeclaredTransitions,
  protectedAreUntouched,
  warnedBeforeDeactivation,
]

/** Holds the invariants of docs/rotation.md against the world's own history. */
export const violationsIn = (evidence: Evidence): readonly Violation[] =>
  checks.flatMap((check) => check(evidence))

export type { Evidence, Violation }
