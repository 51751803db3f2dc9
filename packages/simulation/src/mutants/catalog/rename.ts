import { mutant, type Mutant } from '../mutant.ts'

const keys = 'engine/src/keys-of-user.ts'
const orphan = 'engine/src/rotator/undo-orphan.ts'

/** What keynag may conclude when IAM does not find a user, or a key under the user's name. */
export const renameMutants: readonly Mutant[] = [
  mutant(
    'rename: a user whom IAM does not find is not a key that is gone',
    'engine/src/rotator/rotation-run.ts',
    "if (answer === 'done' || (answer === 'gone' && (await hasName(this.ports.iam, user)))) {",
    'if (answer.length > 0 || (await hasName(this.ports.iam, user))) {',
  ),
  mutant(
    'rename: a key that another user of the name does not have is not gone',
    'engine/src/rotator/rotation-run.ts',
    "(answer === 'gone' && (await hasName(this.ports.iam, user)))",
    "(answer === 'gone' && user.userName.length > 0)",
  ),
  mutant(
    'rename: a user without a list is not a user without keys',
    keys,
    'if (keys === undefined) return undefined\n',
    'if (keys === undefined) return []\n',
  ),
  mutant(
    'rename: the list of another user of the name says nothing',
    keys,
    'return isListed || (await hasName(iam, user)) ? keys : undefined',
    'return isListed || user.userName.length > 0 ? keys : undefined',
  ),
  mutant(
    'rename: a user whom a create does not find is not deleted',
    'engine/src/rotator/create-and-store.ts',
    'return { ...postponed(until, why), phase: prepared }\n  }\n  const newKeyId',
    "return { reason: why, fact: { kind: 'resolved', how: 'user-deleted' }, phase: { kind: 'closed', outcome: 'user-deleted' } }\n  }\n  const newKeyId",
  ),
  mutant(
    'rename: a scan does not trust the list of another user of the name',
    'engine/src/scanner/scan.ts',
    'if (!isComplete && !(await hasName(ports.iam, user))) return\n',
    '',
  ),
  mutant(
    'rename: an orphan whose user IAM does not find is not off',
    orphan,
    'if (renamed !== undefined) return { ...renamed, phase: undoing }\n',
    '',
  ),
  mutant(
    'rename: an orphan whose user IAM does not find is not deleted',
    orphan,
    'if (renamed !== undefined) return renamed\n',
    '',
  ),
  mutant(
    'rename: a new key of the same user is no stranger’s',
    'engine/src/rotator/test-and-issue.ts',
    'if (userId !== user.userId) {',
    'if ((await run.ports.iam.user(user.accountId, user.userName))?.arn !== user.arn) {',
  ),
  mutant(
    'rename: a rollback does not take a user whom IAM does not find for a deleted key',
    'engine/src/operator/roll-back.ts',
    "if (result === 'no-user' || (result === 'gone' && !(await hasName(ports.iam, seen.user)))) {",
    "if (result === 'no-user' && !(await hasName(ports.iam, seen.user))) {",
  ),
]
