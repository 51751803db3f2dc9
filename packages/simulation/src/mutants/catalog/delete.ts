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
]
