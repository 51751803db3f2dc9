import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'
const decide = 'core/src/key/decide.ts'

/** When keynag may deactivate a key, and what it does when somebody reactivates one. */
export const deactivateMutants: readonly Mutant[] = [
  mutant(
    'deactivate: the grace after the announcement passes first',
    decide,
    "if (at !== undefined && at <= now) return { kind: 'enforce', step: 'deactivate', rule }\n  return sooner",
    "if (at !== undefined) return { kind: 'enforce', step: 'deactivate', rule }\n  return sooner",
  ),
  mutant(
    'deactivate: the replacement is Active',
    plan,
    "if (replacement?.status !== 'Active') {",
    "if (replacement?.status === 'Expired') {",
  ),
  mutant(
    'use check: a key in use stops the deactivation',
    plan,
    'if (!recent) return undefined\n',
    'if (recent || !recent) return undefined\n',
  ),
  mutant(
    'use check: unknown use is not “unused”',
    plan,
    "case 'unknown':\n      return useUnknown(used.why)",
    "case 'unknown':\n      return undefined",
  ),
  mutant(
    'deactivate: the intent is recorded first',
    'engine/src/rotator/deactivate.ts',
    '(await run.intend(intent, await capsToDeactivate(run))) ?? (await',
    '(intent.intendedAt < 0 ? await run.intend(intent, []) : undefined) ?? (await',
  ),
  mutant(
    'reactivation: a scan that sees a reactivated key holds it',
    'engine/src/scanner/observe.ts',
    "if (entry.state === 'deactivated' && key.status === 'Active' && entry.hold === undefined) {",
    "if (entry.state === 'deactivated' && key.status === 'Expired' && entry.hold === undefined) {",
  ),
  mutant(
    'reactivation: a scan does not trust a list that may be old',
    'engine/src/scanner/observe.ts',
    'if (now < entry.deactivatedAt + propagationMs) return undefined',
    '',
  ),
  mutant(
    'rollback: a scan does not trust a list that may be older than a rollback',
    'engine/src/scanner/observe.ts',
    'if (isRollingBack(entry) && context.now < entry.changedAt + propagationMs) return undefined\n',
    '',
  ),
  mutant(
    'deactivate: a key that keynag deactivated without a record is not deactivated again',
    plan,
    'if (seen.ownDeactivation) return unrecorded\n',
    '',
  ),
  mutant(
    'deactivate: keynag waits for CloudTrail before it deactivates a key again',
    plan,
    'return now < plusMs(intendedAt, trailLagMs) ? waitForTrail(now)',
    'return now < 0 ? waitForTrail(now)',
  ),
]
