import { mutant, type Mutant } from '../mutant.ts'

const look = 'engine/src/rotator/look.ts'

/** What keynag may conclude from a read that failed: nothing. */
export const readMutants: readonly Mutant[] = [
  mutant(
    'read: a read that failed is tried again by the ledger’s clock',
    look,
    "if (!(error instanceof KeynagError) || error.errorClass !== 'transient') throw error\n",
    'if (run.now > 0) throw error\n    if (!(error instanceof KeynagError)) throw error\n',
  ),
  mutant(
    'read: a read that failed is no reason to hold',
    look,
    "return { step: { kind: 'wait', until, why: `${code}: ${message}` }, seen: nothing }",
    "if (until < 0) return { step: { kind: 'wait', until, why: code }, seen: nothing }\n    return { step: { kind: 'hold', code: 'use-unknown', why: code }, seen: nothing }",
  ),
  mutant(
    'read: a read that failed does not give the rotation up',
    look,
    "return { step: { kind: 'wait', until, why: `${code}: ${message}` }, seen: nothing }",
    "if (goal.wanted !== 'abandon') return { step: { kind: 'wait', until, why: code }, seen: nothing }\n    return { step: { kind: 'abandon' }, seen: nothing }",
  ),
]
