import { minuteMs } from '@keynag/core'
import type { SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'
import type { Mutation } from './mutation.ts'

/** I1: keynag makes a new key only while there is a hand-over secret to put it in. */
export function checkSecretIsThere({ simulation, invocation, rotation }: Mutation): void {
  const { checks, vault } = simulation
  const { phase } = rotation
  const secret = 'secretArn' in phase ? vault.secrets.get(phase.secretArn) : undefined
  const { unreadableSince = Infinity } = secret ?? { unreadableSince: -Infinity }
  if (unreadableSince < invocation.startedAt) {
    checks.violated('I1', `a key was made for ${rotation.accessKeyId}, and its secret is gone`)
  }
}

/** I1: keynag records a replacement as issued only if its secret can be fetched. */
export function checkSecretIsStored({ checks, estate, vault }: CheckedRun, id: string): void {
  const key = estate.key(id)
  if (key.deletedAt === undefined && !vault.holds(key.id)) {
    checks.violated('I1', `${key.id} was issued, and nobody can fetch its secret`)
  }
  checks.issued.add(key.id)
}

/**
 * I1: a secret is retired after its key was used and its retention is over, or with its key. It stays
 * while the owner is still to be told of it, also anew.
 */
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
    if (!isUsed || isKept || isToBeTold(simulation, secretArn)) {
      checks.violated('I1', `the secret of ${key.id} was retired too early`)
    }
  }
}

/** A function that knew something else has ended by now. */
const knownMs = 20 * minuteMs

const isToBeTold = ({ books, now }: CheckedRun, secretArn: string): boolean =>
  [...books.entries.values()].some(
    ({ state, handover, changedAt }) =>
      state === 'issued' &&
      handover?.secretArn === secretArn &&
      handover.deliveredAt === undefined &&
      changedAt < now - knownMs,
  )

/** Until when the replacement can be fetched, as it was issued and as the owner read it last. */
function announcedRetirement({ books, letters }: CheckedRun, key: SimKey): number | undefined {
  const read = letters.all.findLast((letter) => letter.fetchableUntil.has(key.id))
  for (const facts of books.facts.values()) {
    for (const { fact } of facts) {
      if (fact.kind === 'replacement-issued' && fact.replacementKeyId === key.id) {
        return read?.fetchableUntil.get(key.id) ?? fact.retireAt
      }
    }
  }
  return undefined
}
