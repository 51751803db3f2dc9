import type { EpochMs } from '../time.ts'
import type { ObservedKey } from './access-key.ts'
import {
  begunAnew,
  calledOff,
  notFinal,
  showing,
  toldOfReplacement,
  unannounced,
  untold,
  unwarned,
  warnedBy,
  withdrawn,
  withHandover,
  withoutDate,
  withoutFailures,
} from './announcement.ts'
import { isUnanswered, type Entry, type EntryIn, type Handover, type Hold } from './entry.ts'
import type { Fact, FactOf, Sighting } from './fact.ts'
import { transition } from './lifecycle.ts'

/** The entry of a key that a scan found for the first time. */
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
 * The entry after a fact. Pure. `dueAt` is absent from the result: it depends on the policy, and
 * `schedule` sets it.
 *
 * @throws Error when the state does not admit the fact, which is a bug in the caller.
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
      throw new Error(`${entry.accessKeyId}: "found" only opens an entry`)
    case 'observed':
      return seenAs(startedAnew(entry, fact), fact.sighting)
    case 'nagged':
      return {
        ...warnedBy(withoutFailures(notWaiting(entry)), fact, at),
        nagCount: entry.nagCount + 1,
        lastNaggedAt: at,
        ...(entry.undeliveredCount === 0 ? {} : { undeliveredBefore: entry.undeliveredCount }),
        lastNoticeId: fact.noticeId,
      }
    case 'posted':
      // The channel is not posted to again before the next period.
      return { ...notWaiting(entry), lastNaggedAt: at }
    case 'reminder-waits':
      return { ...entry, remindAt: fact.until }
    case 'nag-undelivered':
      return {
        ...notWaiting(entry),
        undeliveredCount: entry.undeliveredCount + 1,
        lastNaggedAt: at,
        lastNoticeId: fact.noticeId,
      }
    case 'escalated':
      return {
        ...commonFields(entry),
        state: 'escalated',
        escalationLevel: fact.level,
        lastEscalatedAt: at,
      }
    case 'rotation-opened':
      return { ...commonFields(entry), state: 'issuing', rotationId: fact.rotationId }
    case 'rotation-abandoned':
      return withoutRotation(entry)
    case 'replacement-issued':
      return {
        ...commonFields(withoutDate(entry)),
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
        ...commonFields(withoutDate(entry)),
        state: 'issued',
        rotationId: fact.rotationId,
        handover: handoverOfOwners(entry, fact, at),
      }
    case 'replacement-delivered':
      return toldOfReplacement(withoutFailures(entry), fact, at)
    case 'date-read':
      return showing(entry, fact.deed, fact.date, fact.noticeId)
    case 'delivery-withdrawn':
      return withdrawn(entry, fact, at)
    case 'called-off':
      return calledOff(entry, fact, at)
    case 'deactivated':
      return {
        ...settled(commonFields(withoutDate(entry))),
        state: 'deactivated',
        status: 'Inactive',
        rotationId: fact.rotationId,
        deactivatedAt: at,
        ...(fact.deletes === undefined ? {} : { deletes: fact.deletes }),
      }
    case 'deactivation-delivered': {
      const { noticeId, deletesAt: notBefore } = fact
      const told = showing(entry, 'delete', notBefore, noticeId)
      return notBefore === undefined
        ? told
        : { ...told, deletionAnnounced: { at, notBefore, noticeId } }
    }
    case 'deleted': {
      if (entry.state !== 'deactivated')
        throw new Error(`${entry.accessKeyId}: it is not deactivated`)
      const { deletes: _deletes, shown: _shown, ...rest } = settled(entry)
      return { ...rest, state: 'deleted', deletedAt: at }
    }
    case 'rolled-back':
      return {
        ...restarted(entry, { status: 'Active' }),
        hold: rolledBack(entry, fact, at),
      }
    case 'reactivation-accepted': {
      const { hold: _, ...released } = restarted(entry, { status: 'Active' })
      return released
    }
    case 'begun-anew': {
      const { hold: _, ...released } = restarted(entry, {})
      return released
    }
    case 'secret-retired':
      return withHandover(entry, { retiredAt: at })
    case 'secret-kept':
      return withHandover(entry, { retireAt: fact.retireAt })
    case 'resolved':
      return {
        ...settled(
          isLeftAlone(entry) && fact.released === undefined
            ? commonFields(entry)
            : withoutHold(entry),
        ),
        state: 'resolved',
        status: fact.status ?? entry.status,
        resolution: fact.how,
        resolvedAt: at,
        ...(fact.open === undefined ? {} : { rotationId: fact.open }),
        ...(fact.how === 'account-closed' && entry.state === 'deactivated'
          ? { wasDeactivatedAt: entry.deactivatedAt }
          : {}),
      }
    case 'reopened':
      return {
        ...seenAs(
          restarted(isStillToBeTold(entry, fact.sighting) ? entry : withoutDate(entry), {}),
          fact.sighting,
        ),
        ...reactivatedInClosed(entry, fact, at),
        foundAt: at,
      }
    case 'held': {
      const { kind: _, ...hold } = fact
      return { ...entry, hold: { ...hold, since: at } }
    }
    case 'released': {
      const {
        hold: _hold,
        deletionAnnounced: _announced,
        ...released
      } = withoutFailures(withoutReplacement(entry))
      return fact.anew === undefined ? released : begunAnew(released)
    }
    case 'exempted': {
      const { kind: _, ...exemption } = fact
      return { ...unannounced(entry), exemption }
    }
    case 'snoozed':
      return { ...entry, snooze: { until: fact.until, by: fact.by } }
    case 'postponed':
      return { ...entry, postponed: postponed(fact) }
    case 'rescheduled':
      return entry
    case 'account-unread':
      return { ...entry, unread: { since: fact.since, why: fact.why } }
    case 'account-read': {
      // What was announced before is old by now, and its date may have passed in silence.
      const { unread: _, ...read } = unannounced(entry)
      return read
    }
    default:
      return fact satisfies never
  }
}

/** The deleted or deactivated replacement of a deactivated key is a concern no more. */
const withoutReplacement = (entry: Entry): Entry =>
  entry.state === 'deactivated' && entry.hold?.code === 'replacement-gone'
    ? withHandover(entry, { isGivenUp: true })
    : entry

const postponed = ({ until, why, settles }: FactOf<'postponed'>): Entry['postponed'] =>
  settles === undefined ? { until, why } : { until, why, settles }

/** What became of an intent is recorded: there is nothing to find out any more. */
type Postponable = Pick<Entry, 'postponed'>
function settled<F extends Postponable>(fields: F): Omit<F, 'postponed'> & Postponable {
  const { postponed, ...rest } = fields
  return postponed === undefined || postponed.settles === true ? rest : { ...rest, postponed }
}

/** Nobody was told of the end, so a date that this owner has read is still to be taken back. */
const isStillToBeTold = (entry: Entry, { owner }: Sighting): boolean =>
  entry.state === 'resolved' && entry.resolution === 'account-closed' && entry.owner.id === owner.id

/** The account was closed and came back, and somebody has switched on a key that keynag had deactivated. */
function reactivatedInClosed(
  entry: Entry,
  { sighting: { status } }: FactOf<'reopened'>,
  since: EpochMs,
): { hold?: Hold } {
  const wasOff = entry.state === 'resolved' && entry.wasDeactivatedAt !== undefined
  if (!wasOff || status !== 'Active' || entry.hold !== undefined) return {}
  const why = 'the key is Active again after keynag deactivated it, before its account was closed'
  return { hold: { code: 'reactivated', why, since } }
}

/** The abandoned rotation has nothing left to do. What it announced does not count any more. */
function withoutRotation(entry: Entry): Entry {
  switch (entry.state) {
    case 'resolved': {
      const { rotationId: _, ...rest } = entry
      return rest
    }
    case 'deactivated': {
      const { deletes: _deletes, deletionAnnounced: _announced, ...rest } = entry
      return rest
    }
    case 'issued':
      return { ...commonFields(unannounced(entry)), state: 'escalated' }
    default:
      return { ...commonFields(entry), state: 'escalated' }
  }
}

/**
 * The owner may use a key that an earlier rotation made. Its secret then still exists, and its
 * retention goes on.
 */
function handoverOfOwners(
  { handover }: Entry,
  { replacementKeyId, firstIssuedAt }: FactOf<'replaced-by-owner'>,
  issuedAt: EpochMs,
): Handover {
  if (handover?.replacementKeyId !== replacementKeyId) return { replacementKeyId, issuedAt }
  const { isGivenUp: _, ...rest } = untold(handover)
  return { ...rest, issuedAt, ...(firstIssuedAt === undefined ? {} : { firstIssuedAt }) }
}

/**
 * Somebody reactivated the key, or an operator holds it. Only an operator may end such a hold, also if
 * the key leaves its policy and comes back.
 */
const isLeftAlone = ({ hold }: Entry): boolean =>
  hold?.code === 'rolled-back' || hold?.code === 'reactivated' || hold?.code === 'operator'

/** The sighting says everything that a scan sees: what it leaves out is over. */
function seenAs(entry: Entry, sighting: Sighting): Entry {
  const { replaces: _, ...rest } = entry
  return { ...rest, ...sighting }
}

/**
 * Announcements to the former owner tell the new one nothing, and the counters belong to the person.
 * What was announced of a key that was then switched off is over: once it is on again, its owner is
 * warned anew. A reminder to install a key does not count as one to replace it.
 */
function startedAnew(entry: Entry, { sighting, anew }: FactOf<'observed'>): Entry {
  const { owner, replaces } = sighting
  if (owner.id === entry.owner.id) {
    if (anew === true) return uncounted(unannounced(entry))
    const isSameRequest = (replaces === undefined) === (entry.replaces === undefined)
    return isSameRequest || !isUnanswered(entry)
      ? entry
      : { ...unwarned(entry), nagCount: 0, escalationLevel: 0 }
  }
  return withoutDate(withoutFailures(uncounted(unannounced(entry))))
}

function notWaiting(entry: Entry): Entry {
  const { remindAt: _, ...rest } = entry
  return rest
}

/** The reminders and the ladder begin at once, and from the start. */
function uncounted(entry: Entry): Entry {
  const { lastNaggedAt: _nagged, lastEscalatedAt: _escalated, ...rest } = notWaiting(entry)
  return { ...rest, nagCount: 0, escalationLevel: 0 }
}

function withoutHold(entry: Entry) {
  const { hold: _, ...rest } = commonFields(entry)
  return rest
}

/** The fields that every state has, without those of the entry's present state. */
function commonFields(entry: Entry) {
  const {
    state: _state,
    rotationId: _rotationId,
    deactivatedAt: _deactivatedAt,
    deletes: _deletes,
    deletedAt: _deletedAt,
    resolution: _resolution,
    resolvedAt: _resolvedAt,
    wasDeactivatedAt: _wasDeactivatedAt,
    ...common
  } = entry as Entry & {
    rotationId?: unknown
    deactivatedAt?: unknown
    deletes?: unknown
    deletedAt?: unknown
    resolution?: unknown
    resolvedAt?: unknown
    wasDeactivatedAt?: unknown
  }
  return common
}

/** The hold that recorded the operator's intent names the operator, so keynag keeps it. */
const rolledBack = ({ hold }: Entry, { by, why }: FactOf<'rolled-back'>, at: EpochMs): Hold =>
  hold?.code === 'rolled-back' ? hold : { code: 'rolled-back', why: `${by}: ${why}`, since: at }

/** A key that is Active again starts its warnings anew: earlier warnings were about the past. */
function restarted(entry: Entry, seen: Partial<Sighting>): EntryIn<'nagging'> {
  const {
    warned: _warned,
    deletionAnnounced: _deletionAnnounced,
    lastNaggedAt: _lastNaggedAt,
    remindAt: _remindAt,
    lastEscalatedAt: _lastEscalatedAt,
    snooze: _snooze,
    postponed: _postponed,
    withdrawn: _withdrawn,
    undeliveredBefore: _undeliveredBefore,
    handover,
    ...rest
  } = commonFields(entry)
  return {
    ...rest,
    ...(handover === undefined ? {} : { handover: notFinal(handover) }),
    ...seen,
    state: 'nagging',
    nagCount: 0,
    undeliveredCount: 0,
    escalationLevel: 0,
  }
}
