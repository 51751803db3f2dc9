import type { AccessKeyId, Actor, Entry, EpochMs, Fact } from '@keynag/core'
import { entryWrite } from './entry-write.ts'
import type { Ports } from './ports.ts'

const tries = 5

/**
 * Records something that has happened, however the entry has changed meanwhile. `factFor` looks at
 * the entry as it is now and answers `undefined` where the fact is recorded already or no longer
 * applies.
 */
export async function recordFact(
  ports: Pick<Ports, 'ledger' | 'organization'>,
  accessKeyId: AccessKeyId,
  factFor: (entry: Entry) => Fact | undefined,
  actor: Actor,
  now: EpochMs,
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const before = await ports.ledger.entry(accessKeyId)
    const fact = before === undefined ? undefined : factFor(before)
    if (before === undefined || fact === undefined) return
    const write = entryWrite(ports.organization, before, fact, actor, now)
    const committed = await ports.ledger.commit([write])
    if (committed.kind === 'committed') return
  }
}
