import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'

/** I14: a person understands each sentence of a letter that is about a key, and they agree. */
export function checkIsUnderstood({ checks }: CheckedRun, { kind, reading }: Letter): void {
  for (const doubt of reading.doubts) {
    checks.violated('I14', `a reader does not understand "${kind}": ${doubt}`)
  }
}
