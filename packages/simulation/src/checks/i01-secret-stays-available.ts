import type { SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'

/** I1: keynag records a replacement as issued only if its secret can be fetched. */
export function checkSecretIsStored({ checks, estate, vault }: CheckedRun, id: string): void {
  const key = estate.key(id)
  if (key.deletedAt === undefined && !vault.holds(key.id)) {
    checks.violated('I1', `${key.id} was issued, and nobody can fetch its secret`)
  }
  checks.issued.add(key.id)
}

/** I1: a secret is retired after its key was used and its retention is over, or with its key. */
export function checkSecretIsNotRetiredEarly(simulation: CheckedRun, secretArn: string): void {
  const { checks, vault, estate, now } = simulation
  const secret = vault.secrets.get(secretArn)
  if (secret === undefined) return
  for (const { id } of secret.versions.values()) {
    const key = estate.key(id)
    if (key.deletedAt !== undefined || key.status !== 'Active') continue
    const retireAt = announcedRetirement(simulation, key)
    const isUsed = key.uses.some((use) => use <= now)
    const isKept = checks.issued.has(key.id) && (retireAt === undefined || retireAt > now)
    if (!isUsed || isKept) checks.violated('I1', `the secret of ${key.id} was retired too early`)
  }
}

/** Until when the announcement says that the secret can be fetched. */
function announcedRetirement({ books }: CheckedRun, key: SimKey): number | undefined {
  for (const facts of books.facts.values()) {
    for (const { fact } of facts) {
      if (fact.kind === 'replacement-issued' && fact.replacementKeyId === key.id) {
        return fact.retireAt
      }
    }
  }
  return undefined
}
