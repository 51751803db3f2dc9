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
    "return used.kind === 'never' ? go",
    "return used.kind !== 'unknown' ? go",
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
    'return orphan === undefined ? go : unusedOrphan(seen, go)',
    "return orphan === undefined\n      ? { kind: 'retry-create', secretArn, attempt: phase.attempt + 1 }\n      : unusedOrphan(seen, go)",
  ),
  mutant(
    'rotation given up: a key that somebody uses is not undone',
    plan,
    'return withoutHold(unusedOrphan(seen, go))',
    'return go',
  ),
]
