import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/lost-create.ts'

/** What keynag may do with a key whose create had no answer. */
export const orphanMutants: readonly Mutant[] = [
  mutant(
    'orphan: IAM’s lists are trusted only after the propagation time',
    plan,
    'if (now < settled) {',
    'if (now < 0) {',
  ),
  mutant(
    'orphan: a key in the snapshot is not new',
    plan,
    '!phase.snapshot.includes(key.accessKeyId)',
    'key.accessKeyId.length > 0',
  ),
  mutant(
    'orphan: CloudTrail names a session of this rotation',
    plan,
    "if (maker.kind === 'other' || !maker.sessionName.startsWith(prefix)) {",
    'if (prefix.length === 0) {',
  ),
  mutant(
    'orphan: a missing CloudTrail event proves nothing',
    plan,
    "if (maker.kind === 'not-found') {",
    "if (maker.kind === 'not-found' && now < 0) {",
  ),
  mutant(
    'orphan: the key is not older than the intent',
    plan,
    'if (orphan.createdAt < intendedAt - minuteMs) {',
    'if (orphan.createdAt < 0) {',
  ),
  mutant(
    'orphan: the key was never used',
    plan,
    ': notOurs(state, `${orphanKeyId} has been used`)',
    ': go',
  ),
  mutant(
    'orphan: keynag’s own test of a new key is no use by somebody else',
    'engine/src/rotator/test-and-issue.ts',
    'await run.intend({ ...phase, testedAt: run.now })',
    'await run.intend(phase)',
  ),
  mutant(
    'orphan: a use later than keynag’s own test is not taken for the test',
    plan,
    "used.service === 'sts' && used.at <= plusMs(testedAt, leaseMs)",
    'used.at > 0',
  ),
  mutant(
    'orphan: a new key that its user has fetched is not undone for its test',
    plan,
    'if (seen.isFetched) return notOurs',
    'if (seen.isFetched && now < 0) return notOurs',
  ),
  mutant(
    'orphan: a key whose secret is stored is adopted and not undone',
    plan,
    "if (seen.stored.kind === 'key') {",
    "if (seen.stored.kind === 'key' && now < 0) {",
  ),
  mutant(
    'orphan: the key stays Inactive for a while before it is deleted',
    plan,
    'if (now < until) {',
    'if (now < 0) {',
  ),
  mutant(
    'orphan: the key is still Inactive when it is deleted',
    plan,
    "if (orphan.status !== 'Inactive') {",
    "if (orphan.status === 'Expired') {",
  ),
  mutant(
    'orphan: a key that IAM does not list is not yet gone',
    plan,
    'return orphan === undefined ? go : unusedOrphan(state, go)',
    "return orphan === undefined\n      ? { kind: 'retry-create', secretArn, attempt: phase.attempt + 1 }\n      : unusedOrphan(state, go)",
  ),
  mutant(
    'rotation given up: a key that somebody uses is not undone',
    plan,
    'return unusedOrphan(state, go)\n}\n\n/** When',
    'return go\n}\n\n/** When',
  ),
  mutant(
    'rotation given up: security hears of a key of which nobody can tell whether it was used',
    plan,
    'return unproven(`nobody can tell whether',
    'return notOurs(state, `nobody can tell whether',
  ),
  mutant(
    'rotation given up: a renamed user may have a key that could be lost',
    'engine/src/rotator/rotate.ts',
    'run.record(isDeleted ? await abandon(run) : postponed(until, why))',
    'run.record(await abandon(run))',
  ),
  mutant(
    'rotation given up: a scan still records the name of its user',
    'engine/src/scanner/candidates.ts',
    'hasLeftRotation(entry) && entry.userName !== user.userName',
    'hasLeftRotation(entry) && entry.version < 0',
  ),
  mutant(
    'rotation given up: a scan still records that its user is gone',
    'engine/src/scanner/candidates.ts',
    '(isOngoing(entry) || hasLeftRotation(entry)),',
    'isOngoing(entry),',
  ),
]
