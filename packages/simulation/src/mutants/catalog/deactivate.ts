import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'

/** When keynag may deactivate a key, and what it does when somebody reactivates one. */
export const deactivateMutants: readonly Mutant[] = [
  mutant(
    'deactivate: the grace after the announcement passes first',
    'core/src/key/next-deed.ts',
    'handover.deliveredAt ?? now, installationGraceDays),\n      handover.notBefore,',
    'handover.deliveredAt ?? now, 0),',
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
    'deactivate: an intent is no proof that keynag switched the key off',
    plan,
    "recovery: 'deactivated-unrecorded' } as const\n",
    "recovery: 'deactivated-unrecorded' } as const\n  if (old?.status === 'Inactive') return unrecorded\n",
  ),
  mutant(
    'deactivate: a scan does not take for the owner’s what keynag may have done',
    'engine/src/scanner/scan.ts',
    'if (await mayBeOurs(ports, rotation, phase.intendedAt)) return undefined\n',
    '',
  ),
  mutant(
    'deactivate: a new policy does not hide what keynag may have done under the old one',
    'engine/src/rotator/claim.ts',
    "entry.state !== 'issuing' && !isUnsettled",
    "entry.state !== 'issuing' && (isUnsettled || !isUnsettled)",
  ),
  mutant(
    'deactivate: a rotation of an earlier policy does not deactivate under a policy that rotates',
    plan,
    "const isReplaced = state.wanted !== 'rotate' ||",
    "const isReplaced = old.status === 'Active' || state.wanted !== 'rotate' ||",
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
    'if (!isTrailComplete(intendedAt, now)) return waitForTrail(now)',
    'if (!isTrailComplete(intendedAt, now) && now < 0) return waitForTrail(now)',
  ),
]
