import { mutant, type Mutant } from '../mutant.ts'

const claim = 'engine/src/rotator/claim.ts'
const gate = 'engine/src/rotator/gate.ts'
const rotate = 'engine/src/rotator/rotate.ts'

/** One function at a time works on a rotation, and no older decision is carried out. */
export const leaseAndFenceMutants: readonly Mutant[] = [
  mutant(
    'lease: a live lease is respected',
    claim,
    'if (current.lease !== undefined && current.lease.until > now) {',
    'if (current.lease !== undefined && current.lease.until > now + 9e9) {',
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
    'return perform(work, step, seen, { enforce, rule })',
    'return perform(work, step, seen, { enforce, rule }).catch(async (error: unknown) => {\n    if (error instanceof KeynagError) await giveBack(work, error)\n    throw error\n  })',
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
    'if (fresh?.version === entry.version) return',
    'if (fresh !== undefined) return',
  ),
  mutant(
    'fence: a rotation opens only for the entry version that was decided on',
    claim,
    '    write,\n  ])',
    "    ...(fact.kind === 'rotation-opened' ? [write] : []),\n  ])",
  ),
  mutant(
    'fence: the intent keeps the lease until the effect is known',
    'engine/src/rotator/work.ts',
    'const rotation = { ...this.#rotation, phase, version: this.#rotation.version + 1 }',
    'const { lease: _, ...free } = this.#rotation\n    const rotation = { ...free, phase, version: this.#rotation.version + 1 }',
  ),
  mutant(
    'fence: a write after the decision stops the change',
    gate,
    'if (!(await work.isUnchanged())) {',
    'if (work.entry.version < 0) {',
  ),
  mutant(
    'record: an effect is recorded although the entry was written meanwhile',
    'engine/src/rotator/work.ts',
    'if (!(await this.#isStillTrue(record))) break',
    'break',
  ),
  mutant(
    'one rotation per user: another key of the user waits',
    claim,
    'if (current.accessKeyId !== entry.accessKeyId) {',
    'if (current.accessKeyId === undefined) {',
  ),
  mutant(
    'notice: only one delivery sends a notice',
    'engine/src/notifier/claim-notice.ts',
    'if (base.lease !== undefined && base.lease.until > now) return undefined',
    '',
  ),
]
