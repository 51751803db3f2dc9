import type { AccessKeyId } from '../ids.ts'
import type { EpochMs } from '../time.ts'
import type { ObservedKey } from './access-key.ts'
import type { Entry, EntryIn, Handover, Hold } from './entry.ts'
import type { Fact, FactOf, Sighting } from './fact.ts'
import { transition } from './lifecycle.ts'

/** A new entry for a key that a scan found due for the policy's attention. */
export function openEntry(key: ObservedKey, fact: FactOf<'found'>, at: EpochMs): Entry {
  return {
    state: 'nagging',
    accessKeyId: key.accessKeyId,
    accountId: key.account.accountId,
    userId: key.user.userId,
    createdAt: key.createdAt,
    ...fact.sighting,
    foundAt: at,
    nagCount: 0,
    undeliveredCount: 0,
    escalationLevel: 0,
    version: 1,
    changedAt: at,
  }
}

/**
 * The entry after a fact. Pure; `dueAt` is left to the policy (see `schedule`).
 *
 * @throws Error when the state does not admit the fact: that is a bug in the caller.
 */
export function evolve(entry: Entry, fact: Fact, at: EpochMs): Entry {
  if (transition(entry.state, fact.kind) === undefined) {
    throw new Error(`${entry.accessKeyId}: "${fact.kind}" is not possible while ${entry.state}`)
  }
  const { dueAt: _, ...rest } = entry
  return apply({ ...rest, version: entry.version + 1, changedAt: at }, fact, at)
}

function apply(entry: Entry, fact: Fact, at: EpochMs): Entry {
  switch (fact.kind) {
    case 'found':
      throw new Error(`${entry.accessKeyId}: an entry is found once`)
    case 'observed':
      return { ...withoutWarning(entry, fact.sighting), ...fact.sighting }
    case 'nagged':
      return {
        ...reached(entry),
        nagCount: entry.nagCount + 1,
        lastNaggedAt: at,
        ...warned(entry, fact, at),
        ...(entry.undeliveredCount === 0 ? {} : { undeliveredBefore: entry.undeliveredCount }),
        lastNoticeId: fact.noticeId,
      }
    case 'nag-undelivered':
      return {
        ...entry,
        undeliveredCount: entry.undeliveredCount + 1,
        lastNaggedAt: at,
        lastNoticeId: fact.noticeId,
      }
    case 'escalated':
      return {
        ...plain(entry),
        state: 'escalated',
        escalationLevel: fact.level,
        lastEscalatedAt: at,
      }
    case 'rotation-opened':
      return { ...plain(entry), state: 'issuing', rotationId: fact.rotationId }
    case 'rotation-abandoned':
      return entry.state === 'resolved'
        ? withoutRotation(entry)
        : { ...plain(entry), state: 'escalated' }
    case 'replacement-issued':
      return {
        ...plain(entry),
        state: 'issued',
        rotationId: fact.rotationId,
        handover: {
          replacementKeyId: fact.replacementKeyId,
          secretArn: fact.secretArn,
          issuedAt: at,
          retireAt: fact.retireAt,
        },
      }
    case 'replaced-by-owner':
      return {
        ...plain(entry),
        state: 'issued',
        rotationId: fact.rotationId,
        handover: handoverOfOwners(entry, fact.replacementKeyId, at),
      }
    case 'replacement-delivered':
      return withHandover(reached(entry), { deliveredAt: at })
    case 'delivery-withdrawn':
      return withdrawn(entry, fact, at)
    case 'deactivated':
      return {
        ...plain(entry),
        state: 'deactivated',
        status: 'Inactive',
        rotationId: fact.rotationId,
        deactivatedAt: at,
      }
    case 'deleted':
      if (entry.state !== 'deactivated') throw new Error(`${entry.accessKeyId}: not deactivated`)
      return { ...entry, state: 'deleted', deletedAt: at }
    case 'rolled-back':
      return {
        ...afresh(entry, { status: 'Active' }),
        hold: rolledBack(entry, fact, at),
      }
    case 'reactivation-accepted': {
      const { hold: _, ...released } = afresh(entry, { status: 'Active' })
      return released
    }
    case 'begun-anew': {
      const { hold: _, ...released } = afresh(entry, {})
      return released
    }
    case 'secret-retired':
      return withHandover(entry, { retiredAt: at })
    case 'secret-kept':
      return withHandover(entry, { retireAt: fact.retireAt })
    case 'resolved':
      return {
        ...withoutHold(entry),
        state: 'resolved',
        resolution: fact.how,
        resolvedAt: at,
        ...(fact.open === undefined ? {} : { rotationId: fact.open }),
      }
    case 'reopened':
      return { ...afresh(entry, fact.sighting), foundAt: at }
    case 'held':
      return { ...entry, hold: { code: fact.code, why: fact.why, since: at } }
    case 'released': {
      const { hold: _, ...released } = reached(entry)
      return released
    }
    case 'exempted': {
      const { kind: _, ...exemption } = fact
      return { ...unwarned(entry), exemption }
    }
    case 'snoozed':
      return { ...entry, snooze: { until: fact.until, by: fact.by } }
    case 'postponed':
      return { ...entry, postponed: { until: fact.until, why: fact.why } }
    case 'rescheduled':
      return entry
    default:
      return fact satisfies never
  }
}

/** Given up: nothing of it is left to be done. */
function withoutRotation(entry: EntryIn<'resolved'>): Entry {
  const { rotationId: _, ...rest } = entry
  return rest
}

/** The key that an earlier rotation had made may wait in its secret still: that goes on. */
function handoverOfOwners(
  { handover }: Entry,
  replacementKeyId: AccessKeyId,
  issuedAt: EpochMs,
): Handover {
  if (handover?.replacementKeyId !== replacementKeyId) return { replacementKeyId, issuedAt }
  const { deliveredAt: _, ...kept } = handover
  return { ...kept, issuedAt }
}

/** A new owner was not warned by what the one before was told. */
function withoutWarning(entry: Entry, { owner }: Sighting): Entry {
  if (owner.id === entry.owner.id) return entry
  const { warned: _, ...rest } = entry
  return rest
}

/** What the hold was about is over. */
function withoutHold(entry: Entry) {
  const { hold: _, ...rest } = plain(entry)
  return rest
}

/** Announcing something else than before begins a new grace: nobody was warned of that yet. */
const warned = (
  entry: Entry,
  { announced: of, noticeId }: FactOf<'nagged'>,
  at: EpochMs,
): Pick<Entry, 'warned'> | object =>
  of === 'none' || entry.warned?.of === of ? {} : { warned: { at, of, noticeId } }

/** What failed to reach the owner before is made good, or an operator has seen to it. */
function reached(entry: Entry): Entry {
  const { withdrawn: _withdrawn, undeliveredBefore: _undeliveredBefore, ...rest } = entry
  return { ...rest, undeliveredCount: 0 }
}

/**
 * Takes back what a delivery counted as. The warning goes with the message that it stands on, so
 * that no grace runs from something nobody got; the next one that is delivered begins another.
 */
function withdrawn(entry: Entry, fact: FactOf<'delivery-withdrawn'>, at: EpochMs): Entry {
  const { noticeId, how, why } = fact
  const mark = { withdrawn: { at, noticeId, how, why } }
  if (fact.counted === 'nothing') return { ...entry, ...mark }
  if (fact.counted === 'replacement') {
    const { handover } = entry
    if (handover === undefined) return { ...entry, ...mark }
    const { deliveredAt: _, ...undelivered } = handover
    return { ...entry, ...mark, handover: undelivered }
  }
  const isLast = entry.lastNoticeId === noticeId
  const failed = (entry.undeliveredBefore ?? 0) + 1
  // Older releases did not write down which message it was: then it may have been this one.
  const stoodOnIt = entry.warned !== undefined && (entry.warned.noticeId ?? noticeId) === noticeId
  const { undeliveredBefore: _before, ...rest } = stoodOnIt ? unwarned(entry) : entry
  return {
    ...rest,
    ...(isLast || stoodOnIt ? mark : {}),
    nagCount: Math.max(0, entry.nagCount - 1),
    ...(isLast ? { undeliveredCount: failed } : { undeliveredBefore: failed }),
  }
}

/** An exemption outdates the warnings before it: when it lapses, its owner is warned anew. */
function unwarned(entry: Entry): Entry {
  const { warned: _, ...rest } = entry
  return rest
}

/** The fields that every state has: leaving a state leaves its own fields behind. */
function plain(entry: Entry) {
  const {
    state: _state,
    rotationId: _rotationId,
    deactivatedAt: _deactivatedAt,
    deletedAt: _deletedAt,
    resolution: _resolution,
    resolvedAt: _resolvedAt,
    ...common
  } = entry as Entry & {
    rotationId?: unknown
    deactivatedAt?: unknown
    deletedAt?: unknown
    resolution?: unknown
    resolvedAt?: unknown
  }
  return common
}

function withHandover(
  entry: Entry,
  change: { deliveredAt?: EpochMs; retiredAt?: EpochMs; retireAt?: EpochMs },
): Entry {
  if (entry.handover === undefined) {
    throw new Error(`${entry.accessKeyId}: no replacement was handed over`)
  }
  return { ...entry, handover: { ...entry.handover, ...change } }
}

/** The hold that was written as the intent says who wanted it; it stands. */
const rolledBack = ({ hold }: Entry, { by, why }: FactOf<'rolled-back'>, at: EpochMs): Hold =>
  hold?.code === 'rolled-back' ? hold : { code: 'rolled-back', why: `${by}: ${why}`, since: at }

/** A key that came back starts its warnings afresh: nobody was warned about this time. */
function afresh(entry: Entry, seen: Partial<Sighting>): EntryIn<'nagging'> {
  const {
    warned: _warned,
    lastNaggedAt: _lastNaggedAt,
    lastEscalatedAt: _lastEscalatedAt,
    snooze: _snooze,
    postponed: _postponed,
    withdrawn: _withdrawn,
    undeliveredBefore: _undeliveredBefore,
    ...rest
  } = plain(entry)
  return {
    ...rest,
    ...seen,
    state: 'nagging',
    nagCount: 0,
    undeliveredCount: 0,
    escalationLevel: 0,
  }
}
