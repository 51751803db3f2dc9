import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'
const intent = 'core/src/key/open-intent.ts'

/** When keynag may deactivate a key, and what it does when somebody reactivates one. */
export const deactivateMutants: readonly Mutant[] = [
  mutant(
    'deactivate: the grace after the announcement passes first',
    'core/src/key/next-deed.ts',
    'plusDays(toldAt ?? now, installationGraceDays), handover.notBefore)',
    'plusDays(toldAt ?? now, 0))',
  ),
  mutant(
    'deactivate: the replacement is Active',
    plan,
    "if (replacement?.status !== 'Active') return",
    "if (replacement?.status === 'Expired') return",
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
    '(await run.intend(intent, await capsFor(run.ports, run.entry, cappedAs(run)))) ??\n',
    '(intent.intendedAt < 0 ? await run.intend(intent, []) : undefined) ??\n',
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
    'deactivate: a policy that rotates by now begins another rotation',
    'engine/src/rotator/claim.ts',
    'return isAnother && isFree\n',
    "return isAnother && isFree && current.phase.kind !== 'opened'\n",
  ),
  mutant(
    'rollback: a scan does not trust a list that may be older than a rollback',
    'engine/src/scanner/observe.ts',
    'if (isRollingBack(entry) && context.now < entry.changedAt + propagationMs) return undefined\n',
    '',
  ),
  mutant(
    'rollback: a deletion that is due and has not begun does not refuse it',
    'engine/src/operator/roll-back.ts',
    'const decision = decideRollback(settled.entry, held.rotation)\n',
    "const decision =\n    (settled.entry.deletionAnnounced?.notBefore ?? Infinity) < ports.clock.now()\n      ? ({ kind: 'refused', why: 'the grace is over' } as const)\n      : decideRollback(settled.entry, held.rotation)\n",
  ),
  mutant(
    'deactivate: a key that keynag deactivated without a record is not deactivated again',
    intent,
    "if (ownDeactivation) return { kind: 'record-deactivated', recovery: 'deactivated-unrecorded' }\n",
    '',
  ),
  mutant(
    'deactivate: keynag waits for CloudTrail before it deactivates a key again',
    intent,
    'if (!isTrailComplete(intendedAt, now)) return waitForTrail(now)',
    'if (!isTrailComplete(intendedAt, now) && now < 0) return waitForTrail(now)',
  ),
  mutant(
    'open intent: an Inactive key alone does not prove that keynag deactivated it',
    intent,
    'if (ownDeactivation === undefined) {',
    "if (old.status === 'Inactive') return { kind: 'record-deactivated' }\n  if (ownDeactivation === undefined) {",
  ),
  mutant(
    'open intent: the rotator settles it before it asks for the policy',
    'engine/src/rotator/rotate.ts',
    'return openIntent(rotation, entry) === undefined ? decision : settleFirst',
    'return decision',
  ),
  mutant(
    'open intent: a scan does not take keynag’s deed for the owner’s',
    'engine/src/scanner/scan.ts',
    'observe(candidate, listed, { ...context, rotation, uses })',
    'observe(candidate, listed, { ...context, uses })',
  ),
  mutant(
    'open intent: the scan asks the rotator to settle it',
    'engine/src/scanner/scan.ts',
    'for (const { accessKeyId } of entries) this.#unsettled.add(accessKeyId)\n',
    'if (entries.length < 0) this.#unsettled.clear()\n',
  ),
  mutant(
    'open intent: the sweeper asks the rotator to settle it',
    'engine/src/sweeper/sweep.ts',
    'return openIntent(rotation, entry) !== undefined\n',
    'return openIntent(rotation, entry) !== undefined && rotation === undefined\n',
  ),
  mutant(
    'open intent: it is looked at again while CloudTrail is late',
    'engine/src/rotator/act.ts',
    "goal.wanted === 'settle')",
    'false)',
  ),
  mutant(
    'open intent: a rollback settles it first',
    'engine/src/operator/settle-first.ts',
    "if (intent === undefined) return { kind: 'settled', entry }\n",
    "if (intent === undefined || rotation.version > 0) return { kind: 'settled', entry }\n",
  ),
]
