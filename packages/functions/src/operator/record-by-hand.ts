import type { AccessKeyId, Entry, Fact } from '@keynag/core'
import { entryWrite } from '../entry-write.ts'
import type { Ports } from '../ports.ts'

/** What an operator wants of an entry as it is now: a fact, or why it makes no sense. */
export type ByHand = { readonly kind: 'fact'; readonly fact: Fact } | Refused
type Refused = { readonly kind: 'refused'; readonly why: string }

export type RecordedByHand =
  | { readonly kind: 'recorded'; readonly entry: Entry }
  | { readonly kind: 'unknown-key' }
  | Refused

const tries = 5

/**
 * Writes an operator's decision into the ledger, on the entry as it is at that moment. The sweeper
 * does what follows from it.
 */
export async function recordByHand(
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  accessKeyId: AccessKeyId,
  decide: (entry: Entry) => ByHand,
  operator: string,
): Promise<RecordedByHand> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const before = await ports.ledger.entry(accessKeyId)
    if (before === undefined) return { kind: 'unknown-key' }
    const decision = decide(before)
    if (decision.kind === 'refused') return decision
    const actor = { kind: 'operator', name: operator } as const
    const write = entryWrite(ports.organization, before, decision.fact, actor, ports.clock.now())
    const committed = await ports.ledger.commit([write])
    if (committed.kind === 'committed') return { kind: 'recorded', entry: write.after }
  }
  return { kind: 'refused', why: 'the key changed again and again meanwhile; try once more' }
}
