import {
  hourMs,
  isToldUntilHeard,
  minuteMs,
  plusDays,
  plusMs,
  type Committed,
  type SentMessage,
  type EpochMs,
  type Notice,
  type Provider,
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
  // Somebody is sending it, or it waits after a failed attempt.
  if (before?.dueAt !== undefined && before.dueAt > now) return undefined
  const { waitsFor: _, ...base } = before ?? draft
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
 * Gives the notice back after a failed attempt. Until another one may try, twice as much time passes
 * as before, up to six hours.
 *
 * @param provider the provider that failed, for which it then waits too
 */
export async function releaseNotice(
  ports: Pick<Ports, 'ledger'>,
  claimed: Notice,
  now: EpochMs,
  provider?: Provider,
): Promise<void> {
  const { lease: _, ...rest } = claimed
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (claimed.attempts - 1))
  const waits = provider === undefined ? {} : { waitsFor: provider }
  const version = claimed.version + 1
  const after = { ...rest, ...waits, dueAt: plusMs(now, pauseMs), version }
  await ports.ledger.commit([{ kind: 'notice', before: claimed, after }])
}

const firstPauseMs = 5 * minuteMs
const longestPauseMs = 6 * hourMs

/** Gives the notice back because its provider is down. It is sent as soon as the provider works again. */
export async function giveBack(
  ports: Pick<Ports, 'ledger'>,
  claimed: Notice,
  provider: Provider,
  now: EpochMs,
): Promise<void> {
  const { lease: _, ...rest } = claimed
  const after = { ...rest, waitsFor: provider, dueAt: now, version: claimed.version + 1 }
  await ports.ledger.commit([{ kind: 'notice', before: claimed, after }])
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
