import type { Letter } from '../letters.ts'
import type { CheckedRun } from './checked-run.ts'

/** I14: a person understands each sentence of a letter that is about a key, and they agree. */
export function checkIsUnderstood({ books, checks }: CheckedRun, { kind, reading }: Letter): void {
  for (const doubt of reading.doubts) {
    checks.violated('I14', `a reader does not understand "${kind}": ${doubt}`)
  }
  for (const said of reading.statements) {
    if (said.kind !== 'replaced by') continue
    const isKeynags = books
      .factsOf(said.accessKeyId)
      .some(
        ({ fact }) => fact.kind === 'replacement-issued' && fact.replacementKeyId === said.newKeyId,
      )
    if (isKeynags !== said.isKeynags) {
      checks.violated('I14', `"${kind}" is wrong about who made ${said.newKeyId}`)
    }
  }
}
