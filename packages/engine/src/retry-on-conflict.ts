import { transient } from '@keynag/core'

/** Another writer was first: nothing was written. */
export const conflict = Symbol('another writer was first')

/** Each try is decided on the ledger as it is then, so a second loss in a row is rare. */
const tries = 5

/**
 * The one policy for a write that loses its race: `decideAndWrite` reads the ledger, decides anew
 * and writes, until no other writer is first.
 *
 * @throws KeynagError transient `KEYNAG_CONTENDED` when each of five tries lost its race
 */
export async function retryOnConflict<T>(
  subject: string,
  decideAndWrite: () => Promise<T | typeof conflict>,
): Promise<T> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const result = await decideAndWrite()
    if (result !== conflict) return result
  }
  throw transient('KEYNAG_CONTENDED', `other writers changed ${subject} ${tries} times in a row`)
}
