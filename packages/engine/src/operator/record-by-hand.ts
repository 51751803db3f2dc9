import { decide, isOpen, type AccessKeyId, type Entry, type Fact, type Write } from '@keynag/core'
import { entryWrite } from '../record-fact.ts'
import { isHeld } from '../held-rotation.ts'
import { noticeOfNext } from '../outbox.ts'
import type { Ports } from '../ports.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'

/** What an operator wants of an entry as it is now: a fact, or why it makes no sense. */
export type ByHand = { readonly kind: 'fact'; readonly fact: Fact } | Refused
type Refused = { readonly kind: 'refused'; readonly why: string }

export type RecordedByHand =
  | { readonly kind: 'recorded'; readonly entry: Entry }
  | { readonly kind: 'unknown-key' }
  | Refused

/**
 * Writes an operator's decision into the ledger, on the entry as it is at that moment. The sweeper
 * does what follows from it.
 *
 * @throws KeynagError transient `KEYNAG_CONTENDED` when other writers were first again and again
 */
export function recordByHand(
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  accessKeyId: AccessKeyId,
  decideByHand: (entry: Entry) => ByHand,
  operator: string,
): Promise<RecordedByHand> {
  return retryOnConflict(accessKeyId, async () => {
    const before = await ports.ledger.entry(accessKeyId)
    if (before === undefined) return { kind: 'unknown-key' }
    const decision = decideByHand(before)
    if (decision.kind === 'refused') return decision
    const actor = { kind: 'operator', name: operator } as const
    const write = entryWrite(ports.organization, before, decision.fact, actor, ports.clock.now())
    const saga = await sagaEnded(ports, before, decision.fact)
    const told = toldAgain(ports, before, write.after)
    const committed = await ports.ledger.commit([write, ...saga, ...told])
    return committed.kind === 'committed' ? { kind: 'recorded', entry: write.after } : conflict
  })
}

/**
 * keynag could not tell the owner that the key is deactivated. After the release the owner is told:
 * where a deletion follows, `decide` sees to that; otherwise nothing else would.
 */
function toldAgain(
  { organization, clock }: Pick<Ports, 'clock' | 'organization'>,
  before: Entry,
  after: Entry,
): readonly Write[] {
  const wasUntold = before.state === 'deactivated' && before.hold?.code === 'owner-unreachable'
  if (!wasUntold || after.hold !== undefined) return []
  const now = clock.now()
  const decision = decide(after, organization.policies, now)
  const isTold = decision.kind === 'enforce' && decision.step === 'tell'
  return isTold ? [] : [noticeOfNext('deactivated', before, now)]
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
  if (isHeld(before, { clock })) return []
  const { lease: _, ...rest } = before
  const outcome = fact.kind === 'begun-anew' ? fact.kind : 'reactivated'
  const phase = { kind: 'closed', outcome } as const
  return [{ kind: 'rotation', before, after: { ...rest, phase, version: before.version + 1 } }]
}
