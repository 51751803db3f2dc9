import { mutant, type Mutant } from '../mutant.ts'

const claim = 'engine/src/rotator/claim.ts'
const gate = 'engine/src/rotator/obstacle.ts'
const rotate = 'engine/src/rotator/rotate.ts'

/** One function at a time works on a rotation, and no older decision is carried out. */
export const leaseAndFenceMutants: readonly Mutant[] = [
  mutant(
    'lease: a live lease is respected',
    claim,
    "if (isHeld(current, ports)) return { kind: 'not-now', why: 'another delivery holds this key' }\n",
    '',
  ),
  mutant(
    'lease: the lease outlives the function',
    'core/src/key/rotation.ts',
    'const leaseMs = 6 * minuteMs',
    'const leaseMs = minuteMs',
  ),
  mutant(
    'lease: after an effect without an answer, the lease is kept until it expires',
    rotate,
    'await act(run, user, step, seen, goal)',
    'await act(run, user, step, seen, goal).catch(async (error: unknown) => {\n    if (error instanceof KeynagError) await run.record({ reason: error.code })\n    throw error\n  })',
  ),
  mutant(
    'fence: a write under an older version is refused',
    'core/src/ledger/memory-ledger.ts',
    'if (this.#current(write)?.version === write.before?.version) return undefined',
    'if (this.#current(write)?.version !== undefined || write.before === undefined) return undefined',
  ),
  mutant(
    'fence: a decision from before the lease is made again',
    claim,
    '(await ports.ledger.entry(accessKeyId))?.version === version',
    '(await ports.ledger.entry(accessKeyId)) !== undefined',
  ),
  mutant(
    'fence: a rotation opens only for the entry version that was decided on',
    claim,
    'HeldRotation.take(ports, before, rotation, ...caps, write)',
    "HeldRotation.take(\n    ports,\n    before,\n    rotation,\n    ...caps,\n    ...(fact.kind === 'rotation-opened' ? [write] : []),\n  )",
  ),
  mutant(
    'fence: the intent keeps the lease until the effect is known',
    'engine/src/held-rotation.ts',
    'return this.#commit({ ...this.#rotation, ...change }, alongside)',
    'const { lease: _, ...free } = this.#rotation\n    return this.#commit({ ...free, ...change }, alongside)',
  ),
  mutant(
    'fence: a write after the decision stops the change',
    gate,
    'if (!(await run.isUnchanged())) {',
    'if (run.entry.version < 0) {',
  ),
  mutant(
    'record: an effect is recorded although the entry was written meanwhile',
    'engine/src/rotator/rotation-run.ts',
    'if (!(await this.#isStillTrue(fact))) throw',
    'throw',
  ),
  mutant(
    'one rotation per user: another key of the user waits',
    claim,
    'if (!isOfThisKey) {',
    'if (isOfThisKey && !isOfThisKey) {',
  ),
  mutant(
    'notice: only one delivery sends a notice',
    'engine/src/notifier/claim-notice.ts',
    'if (before?.dueAt !== undefined && before.dueAt > now) return undefined',
    '',
  ),
]
