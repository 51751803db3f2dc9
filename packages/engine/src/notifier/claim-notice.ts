import {
  dayMs,
  hourMs,
  isToldUntilHeard,
  KeynagError,
  minuteMs,
  plusDays,
  plusMs,
  type Committed,
  type SentMessage,
  type EpochMs,
  type Notice,
  type Write,
} from '@keynag/core'
import type { Ports } from '../ports.ts'

/** How long one attempt to deliver may take before another may try: longer than the function runs. */
const leaseMs = 6 * minuteMs

/**
 * Takes the right to send a notice. `undefined`: somebody else is sending it, or has.
 * `before` is the notice as read, or undefined for one that does not exist yet.
 */
export async function claimNotice(
  ports: Pick<Ports, 'ledger' | 'ids'>,
  before: Notice | undefined,
  draft: Notice,
  now: EpochMs,
): Promise<Notice | undefined> {
  const base = before ?? draft
  if (base.lease !== undefined && base.lease.until > now) return undefined
  const until = plusMs(now, leaseMs)
  const claimed: Notice = {
    ...base,
    // What this attempt tells of, which may be more than the attempt before it told.
    accessKeyIds: draft.accessKeyIds,
    attempts: base.attempts + 1,
    lease: { holder: ports.ids.uuid(), fence: base.attempts + 1, until },
    dueAt: until,
    version: (before?.version ?? 0) + 1,
  }
  const committed = await ports.ledger.commit([{ kind: 'notice', before, after: claimed }])
  return committed.kind === 'committed' ? claimed : undefined
}

/**
 * Gives the notice back after a failed attempt. After a passing trouble the same message may try
 * again when SQS brings it; the sweeper sends others ever more rarely, up to four a day. A trouble
 * that only an operator can mend waits for everybody, up to a day. So neither fills the dead-letter
 * queue.
 */
export async function releaseNotice(
  ports: Pick<Ports, 'ledger'>,
  claimed: Notice,
  now: EpochMs,
  because?: unknown,
): Promise<void> {
  const { lease, ...rest } = claimed
  const isPermanent = because instanceof KeynagError && because.errorClass === 'permanent'
  const [first, most] = isPermanent ? [15 * minuteMs, dayMs] : [5 * minuteMs, 6 * hourMs]
  const until = plusMs(now, Math.min(most, first * 2 ** (claimed.attempts - 1)))
  const kept = isPermanent && lease !== undefined ? { lease: { ...lease, until } } : {}
  await ports.ledger.commit([
    {
      kind: 'notice',
      before: claimed,
      after: { ...rest, ...kept, dueAt: until, version: claimed.version + 1 },
    },
  ])
}

/** The notice after it reached somebody: finished, with the provider's proof. */
export function delivered(claimed: Notice, delivery: SentMessage, now: EpochMs): Notice {
  const { lease: _lease, dueAt: _dueAt, undeliverable: _why, withdrawn: _back, ...rest } = claimed
  return { ...rest, delivery, deliveredAt: now, version: claimed.version + 1 }
}

/** Goes with the notice's own write, so that a bounce finds what was counted. */
export const sentMailWrites = (
  { noticeId }: Notice,
  deliveries: readonly SentMessage[],
  now: EpochMs,
) =>
  deliveries
    .filter(({ channel, messageId }) => channel === 'email' && messageId !== '')
    .map(({ messageId, to }): Write => {
      const after = { messageId, noticeId, to, sentAt: now, version: 1 }
      return { kind: 'sent-mail', before: undefined, after }
    })

/** The notice after nobody could be reached: finished without a delivery. */
export function undeliverable(claimed: Notice, why: string): Notice {
  const { lease: _lease, dueAt: _dueAt, ...rest } = claimed
  return { ...rest, undeliverable: why, version: claimed.version + 1 }
}

/** The notice after nobody could be reached: keynag tries again the next day where it has to be heard. */
export const unheard = (claimed: Notice, why: string, now: EpochMs): Notice =>
  isToldUntilHeard(claimed)
    ? { ...undeliverable(claimed, why), dueAt: plusDays(now, 1) }
    : undeliverable(claimed, why)

/** Finishes a notice together with what it means for the ledger. */
export const finishNotice = (
  ports: Pick<Ports, 'ledger'>,
  { before, after }: { readonly before: Notice; readonly after: Notice },
  writes: readonly Write[],
): Promise<Committed> => ports.ledger.commit([{ kind: 'notice', before, after }, ...writes])
