import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'
const create = 'engine/src/rotator/create-and-store.ts'

/** When keynag may create a replacement, and how it stores the secret. */
export const createMutants: readonly Mutant[] = [
  mutant(
    'two keys: a second key stops the create',
    plan,
    'if (other === undefined) return go\n',
    'if (other !== go) return go\n',
  ),
  mutant(
    'two keys: only a newer key counts as the owner’s replacement',
    plan,
    "if (other.status === 'Active' && other.createdAt > old.createdAt) {",
    "if (other.status === 'Active') {",
  ),
  mutant(
    'two keys: only a used key counts as the owner’s replacement',
    plan,
    "if (used.kind === 'at') return { kind: 'adopt-owners'",
    "if (used.kind !== 'unknown') return { kind: 'adopt-owners'",
  ),
  mutant(
    'two keys: only an Active key counts as the owner’s replacement',
    plan,
    "if (other.status === 'Active' && other.createdAt > old.createdAt) {",
    'if (other.createdAt > old.createdAt) {',
  ),
  mutant(
    'create: the old key exists',
    plan,
    "const { seen, entry } = state\n  if (old?.status !== 'Active'",
    "const { seen, entry } = state\n  if (old === undefined) return go\n  if (old?.status !== 'Active'",
  ),
  mutant(
    'create: the number of attempts is limited',
    plan,
    'if (phase.attempt > maxAttempts && phase.attempt % (maxAttempts + 1) === 0) {',
    'if (phase.attempt < 0) {',
  ),
  mutant(
    'create: a create without an answer is looked up and not repeated',
    create,
    'mutations.create(user, sessionNameOf(of)))\n',
    'mutations.create(user, sessionNameOf(of)).catch(() => mutations.create(user, sessionNameOf(of))))\n',
  ),
  mutant(
    'create: the intent is recorded first',
    create,
    "(await run.intend(intent, await capsFor(run.ports, run.entry, 'begin'))) ??\n",
    '(intent.attempt < 0 ? postponed(run.now, String(capsFor)) : undefined) ??\n',
  ),
  mutant(
    'create: the session name contains the rotation',
    'core/src/key/rotation.ts',
    '  `keynag-${rotationId}-${attempt}`',
    '  `keynag-${rotationId.slice(0, 4)}-${attempt}`',
  ),
  mutant(
    'store: each attempt has its own token',
    'core/src/key/rotation.ts',
    'versionIdOf = ({ rotationId, attempt }: Attempt): string => `${rotationId}-${attempt}`',
    'versionIdOf = ({ rotationId }: Attempt): string => `${rotationId}-1`',
  ),
  mutant(
    'store: a key whose secret may be stored is not undone',
    create,
    'if (failure !== undefined && !(await isStored(run, secretArn, of, created))) {',
    'if (failure !== undefined) {',
  ),
  mutant(
    'store: a key whose secret is not stored is undone',
    create,
    'if (failure !== undefined && !(await isStored(run, secretArn, of, created))) {',
    'if (failure !== undefined && failure.message === newKeyId) {',
  ),
  mutant(
    'two keys: a held rotation does not block the deletion of the other key',
    'engine/src/rotator/act.ts',
    'if (endsRotation(run, step.code)) return giveWay(run, step)\n',
    '',
  ),
]
