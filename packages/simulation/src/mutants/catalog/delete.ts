import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'

/** When keynag may delete a key. */
export const deleteMutants: readonly Mutant[] = [
  {
    guard: 'delete: the recovery grace passes first',
    patches: [
      {
        file: 'core/src/key/next-deed.ts',
        from: 'latest(deletionAnnounced.notBefore, plusDays(deletionAnnounced.at, graceDays))',
        to: 'deletionAnnounced.at',
      },
      {
        file: plan,
        from: "return now < until\n    ? { kind: 'wait', until, why: 'the recovery grace is not over' }",
        to: "return now < 0\n    ? { kind: 'wait', until, why: 'the recovery grace is not over' }",
      },
    ],
  },
  mutant(
    'delete: the status is read again',
    plan,
    "if (old.status !== 'Inactive') {",
    "if (old.status === 'Expired') {",
  ),
  mutant(
    'delete: the status is read once more immediately before',
    'engine/src/rotator/delete-key.ts',
    "return key === undefined || key.status === 'Inactive'\n",
    "return key === undefined || key.status !== 'Expired'\n",
  ),
  mutant(
    'delete: an outdated status in a list is no reactivation',
    plan,
    "return now < settled\n      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }",
    "return now < 0\n      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }",
  ),
  mutant(
    'delete: a list is as late after a deactivation as after any change',
    plan,
    'plusMs(deactivatedAt, propagationMs)',
    'plusMs(deactivatedAt, 15_000)',
  ),
  mutant(
    'delete: a key that was used after its deactivation is kept',
    plan,
    "return used.kind === 'at' && used.at > deactivatedAt + propagationMs\n",
    "return used.kind === 'at' && used.at < 0\n",
  ),
  mutant(
    'delete: a key whose use is unknown is kept',
    plan,
    "if (used.kind === 'unknown') return useUnknown(used.why)\n",
    '',
  ),
  mutant(
    'delete: a key that a person changed after its deactivation is kept',
    plan,
    'return switchedOff(`${who} changed the key after keynag had deactivated it`)',
    "return who === '' ? switchedOff(who) : undefined",
  ),
  mutant(
    'delete: CloudTrail has to show that keynag deactivated the key',
    plan,
    'const forgottenAt = plusDays(deactivatedAt, trailDays)\n',
    'const forgottenAt = deactivatedAt\n',
  ),
  mutant(
    'open intent: a key that is gone is not taken for one that keynag deleted',
    'core/src/key/open-intent.ts',
    "if (last.kind === 'session') return { kind: 'record-deleted'",
    "if (last.kind !== 'not-found') return { kind: 'record-deleted'",
  ),
  mutant(
    'open intent: keynag waits for CloudTrail before a deletion is the owner’s',
    'core/src/key/open-intent.ts',
    "if (last.kind === 'not-found' && !isTrailComplete(intendedAt, now)) return waitForTrail(now)\n",
    '',
  ),
  mutant(
    'delete: a key that was gone before is not recorded as deleted',
    'engine/src/rotator/delete-key.ts',
    '(await run.renamed(user, answer.made)) ?? goneBefore(run)',
    '(await run.renamed(user, answer.made)) ?? deleted(run)',
  ),
  mutant(
    'delete: the replacement of the old key still works',
    plan,
    'unlessReplacementGone(state) ??\n',
    '',
  ),
  mutant(
    'delete: another key that was never used is no replacement',
    plan,
    "return used?.kind === 'at' ? undefined : replacementGone",
    'return used !== undefined ? undefined : replacementGone',
  ),
  mutant(
    'delete: the release of a hold ends the concern about the replacement',
    'core/src/key/evolve.ts',
    '? withHandover(entry, { isGivenUp: true })\n',
    '? entry\n',
  ),
  mutant(
    'release: a key that its owner has switched off again is not asked for',
    'core/src/key/rollback.ts',
    "return hold.status === 'Inactive'\n",
    "return hold.status === 'Expired'\n",
  ),
]
