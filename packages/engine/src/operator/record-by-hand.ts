import { isOpen, type AccessKeyId, type Entry, type Fact, type Write } from '@keynag/core'
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
    const saga = await sagaEnded(ports, before, decision.fact)
    const committed = await ports.ledger.commit([write, ...saga])
    if (committed.kind === 'committed') return { kind: 'recorded', entry: write.after }
  }
  return { kind: 'refused', why: 'the key changed again and again meanwhile; try once more' }
}

/**
 * Accepting a reactivation, or that a replacement is gone, ends the rotation. One that somebody is at
 * work on is left open: whoever comes upon it next finds that it is over (`isUndone`).
 */
async function sagaEnded(
  { ledger, clock }: Pick<Ports, 'clock' | 'ledger'>,
  { accessKeyId, accountId, userId }: Entry,
  fact: Fact,
): Promise<readonly Write[]> {
  if (fact.kind !== 'reactivation-accepted' && fact.kind !== 'begun-anew') return []
  const before = await ledger.rotation(accountId, userId)
  if (before?.accessKeyId !== accessKeyId || !isOpen(before)) return []
  if (before.lease !== undefined && before.lease.until > clock.now()) return []
  const { lease: _, ...rest } = before
  const outcome = fact.kind === 'begun-anew' ? fact.kind : 'reactivated'
  const phase = { kind: 'closed', outcome } as const
  return [{ kind: 'rotation', before, after: { ...rest, phase, version: before.version + 1 } }]
}
