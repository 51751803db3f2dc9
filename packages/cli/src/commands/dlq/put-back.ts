import {
  type DeadLetter,
  type DeadLetterQueues,
  type EpochMs,
  type KeynagEvent,
  type Ledger,
  queueOf,
  type Replay,
} from '@keynag/core'
import { isCounted } from './judge.ts'

interface PutBackPorts {
  readonly ledger: Ledger
  readonly queues: DeadLetterQueues
}

/**
 * Puts one event back into its queue. The order makes sure that a crash loses nothing:
 *
 *   count ── crash here: the next run sees the message ID, and does not count again
 *   send ─── crash here: the next run sends the event again; consumers tolerate duplicates
 *   delete
 *
 * `lost`: somebody else counted a replay of this event meanwhile, so judge it again.
 */
export async function putBack(
  { ledger, queues }: PutBackPorts,
  letter: DeadLetter,
  event: KeynagEvent,
  before: Replay | undefined,
  now: EpochMs,
): Promise<'done' | 'lost'> {
  if (!isCounted(before, letter)) {
    const after: Replay = {
      eventId: event.id,
      queue: queueOf[event.type],
      count: (before?.count ?? 0) + 1,
      firstAt: before?.firstAt ?? now,
      lastAt: now,
      lastMessageId: letter.messageId,
      version: (before?.version ?? 0) + 1,
    }
    const committed = await ledger.commit([{ kind: 'replay', before, after }])
    if (committed.kind !== 'committed') return 'lost'
  }
  await queues.resend(event)
  await queues.remove([letter])
  return 'done'
}

/** Marks an event so that only `--quarantined` replays it again. */
export async function quarantine(
  ledger: Ledger,
  before: Replay,
  why: string,
  now: EpochMs,
): Promise<'done' | 'lost'> {
  if (before.quarantined !== undefined) return 'done'
  const after = { ...before, quarantined: { since: now, why }, version: before.version + 1 }
  const committed = await ledger.commit([{ kind: 'replay', before, after }])
  return committed.kind === 'committed' ? 'done' : 'lost'
}
