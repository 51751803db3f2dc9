import type { NoticeId } from '../ids.ts'
import { epochMs, type EpochMs } from '../time.ts'
import { dateRead } from './date-read.ts'
import type { Entry, Handover } from './entry.ts'
import type { Deed, FactOf } from './fact.ts'
import { finality, isRepeatedBy } from './warning.ts'

type Shown = NonNullable<Entry['shown']>

/**
 * The last message binds, with the date that it shows. It repeats the warning before it, or announces
 * another enforcement, whose grace then begins, or says that keynag does nothing to the key, which
 * takes the warning back.
 */
export function warnedBy(entry: Entry, fact: FactOf<'nagged'>, at: EpochMs): Entry {
  const { announced: of, noticeId, notBefore, policy, isFinal } = fact
  if (of === 'none') return withoutDate(unwarned(entry))
  const date = notBefore === undefined ? {} : { notBefore }
  const { isFinal: _, ...first } = isRepeatedBy(entry.warned, fact)
    ? entry.warned
    : { at, of, noticeId }
  const under = policy === undefined ? {} : { policy }
  const final = isFinal === undefined ? {} : { isFinal }
  const told = showing(entry, announcedDeed(of), notBefore, noticeId)
  return { ...told, warned: { ...first, ...date, ...under, ...final } }
}

/** What comes on the date that a reminder shows. A deletion comes later than its deactivation. */
export const announcedDeed = (of: Exclude<FactOf<'nagged'>['announced'], 'none'>): Deed =>
  of === 'rotate' ? of : 'deactivate'

/** The owner has read a message with this date, or with none. */
export const showing = (
  entry: Entry,
  deed: Deed,
  date: EpochMs | undefined,
  noticeId: NoticeId,
): Entry =>
  date === undefined
    ? withoutDate(entry)
    : { ...entry, shown: { deed, date, noticeId, ...readBefore(entry, noticeId) } }

/** What the owner read last, and in which message, before this one. */
function readBefore({ shown }: Entry, noticeId: NoticeId): Partial<Shown> {
  const date = dateRead({ shown })
  if (shown === undefined || date === undefined) return {}
  const shownBy = shown.calledOff?.noticeId ?? shown.noticeId
  return shownBy === noticeId ? {} : { before: { deed: shown.deed, date, noticeId: shownBy } }
}

/** A message that comes back showed no date: the owner goes by the messages beside it. */
function withoutShown(entry: Entry, noticeId: NoticeId): Entry {
  if (entry.shown === undefined) return entry
  const { calledOff, before, ...date } = entry.shown
  const earlier = before === undefined || before.noticeId === noticeId ? {} : { before }
  if (calledOff?.noticeId === noticeId) return { ...entry, shown: { ...date, ...earlier } }
  // Whoever read that the date does not stand goes by that.
  const off = calledOff === undefined ? {} : { calledOff }
  if (date.noticeId !== noticeId || calledOff !== undefined) {
    return { ...entry, shown: { ...date, ...earlier, ...off } }
  }
  return before === undefined ? withoutDate(entry) : { ...entry, shown: before }
}

/** The date that the owner read last is over: keynag has done the deed, or said something else. */
export function withoutDate(entry: Entry): Entry {
  const { shown: _, ...rest } = entry
  return rest
}

/**
 * A deed without a date is announced anew, with its full grace. One that only moved stays announced,
 * with the new date: the owner read it last, so keynag acts no earlier.
 */
export function calledOff(
  entry: Entry,
  { deed, date, movedTo, noticeId }: FactOf<'called-off'>,
  at: EpochMs,
): Entry {
  const moved = movedTo === undefined ? {} : { movedTo }
  const shown = { ...entry.shown, deed, date, noticeId: entry.shown?.noticeId ?? noticeId }
  return {
    ...(movedTo === undefined ? unannounced(entry) : announcedFor(entry, movedTo)),
    shown: { ...shown, calledOff: { at, noticeId, ...moved } },
  }
}

/** The message that the next deed stands on counts as one that showed this date. */
function announcedFor(entry: Entry, notBefore: EpochMs | undefined): Entry {
  const { warned, deletionAnnounced } = entry
  if (notBefore === undefined) return entry
  switch (entry.state) {
    case 'issued':
      return withHandover(entry, fetchableUntil(entry, notBefore))
    case 'deactivated':
      return deletionAnnounced === undefined
        ? entry
        : { ...entry, deletionAnnounced: { ...deletionAnnounced, notBefore } }
    default:
      return warned === undefined ? entry : { ...entry, warned: { ...warned, notBefore } }
  }
}

/** The old key works until this date, and until then its owner may fetch the new one. */
export const fetchableUntil = ({ handover }: Entry, notBefore: EpochMs): Partial<Handover> => {
  const { retireAt } = handover ?? {}
  return retireAt === undefined
    ? { notBefore }
    : { notBefore, retireAt: epochMs(Math.max(retireAt, notBefore)) }
}

/** A message reached the owner, or an operator took over: earlier failures no longer count. */
export function withoutFailures(entry: Entry): Entry {
  const { withdrawn: _withdrawn, undeliveredBefore: _undeliveredBefore, ...rest } = entry
  return { ...rest, undeliveredCount: 0 }
}

/**
 * Undoes what a delivery counted as. If the message was the warning, the warning is removed: no
 * grace may run from a message that the owner never got. The next delivered warning begins a new one.
 */
export function withdrawn(before: Entry, fact: FactOf<'delivery-withdrawn'>, at: EpochMs): Entry {
  const { noticeId, how, why } = fact
  const mark = { withdrawn: { at, noticeId, how, why } }
  const entry = withoutShown(before, noticeId)
  if (fact.counted === 'call-off') return { ...unannounced(entry), ...mark }
  if (fact.counted === 'nothing') {
    const { deletionAnnounced: _, ...rest } = entry
    return { ...rest, ...mark }
  }
  if (fact.counted === 'replacement') {
    const { handover } = entry
    if (handover === undefined) return { ...entry, ...mark }
    return { ...entry, ...mark, handover: untold(handover) }
  }
  const isLast = entry.lastNoticeId === noticeId
  const failed = (entry.undeliveredBefore ?? 0) + 1
  // Older releases did not record which notice was the warning: then it may have been this one.
  const wasWarning = entry.warned !== undefined && (entry.warned.noticeId ?? noticeId) === noticeId
  const { undeliveredBefore: _before, ...rest } = wasWarning ? unwarned(entry) : entry
  return {
    ...rest,
    ...(isLast || wasWarning ? mark : {}),
    nagCount: Math.max(0, entry.nagCount - 1),
    ...(isLast ? { undeliveredCount: failed } : { undeliveredBefore: failed }),
  }
}

/** The owner has to be told anew of what keynag will do. */
export function unwarned(entry: Entry): Entry {
  const { warned: _warned, deletionAnnounced: _deletionAnnounced, ...rest } = entry
  return rest
}

/**
 * Nothing that was announced before counts: neither the warning nor the message about a replacement.
 * Each is sent again, and its grace begins again.
 */
export function unannounced(entry: Entry): Entry {
  const rest = unwarned(entry)
  return rest.handover === undefined ? rest : { ...rest, handover: untold(rest.handover) }
}

/** The owner has to be told of the replacement anew. */
export function untold(handover: Handover): Handover {
  const { deliveredAt: _deliveredAt, notBefore: _notBefore, ...rest } = notFinal(handover)
  return rest
}

/** What was said of a deletion at once is over. */
export function notFinal(handover: Handover): Handover {
  const { isFinal: _, ...rest } = handover
  return rest
}

/** The last message about the replacement binds, as `warnedBy` says of reminders. */
export function toldOfReplacement(
  entry: Entry,
  { deactivatesAt, isFinal, noticeId }: FactOf<'replacement-delivered'>,
  at: EpochMs,
): Entry {
  const { handover } = entry
  const before = handover === undefined ? entry : { ...entry, handover: notFinal(handover) }
  return withHandover(showing(before, 'deactivate', deactivatesAt, noticeId), {
    deliveredAt: at,
    ...(deactivatesAt === undefined ? {} : fetchableUntil(entry, deactivatesAt)),
    ...finality(isFinal),
  })
}

/** @throws Error when no replacement was issued, which is a bug in the caller. */
export function withHandover(entry: Entry, change: Partial<Handover>): Entry {
  if (entry.handover === undefined) {
    throw new Error(`${entry.accessKeyId}: no replacement was issued for it`)
  }
  return { ...entry, handover: { ...entry.handover, ...change } }
}

/**
 * After a hold nothing counts that was announced before. If the date does not stand later on, the owner
 * is told so, whether or not the owner has heard that the hold took it back.
 */
export function begunAnew(entry: Entry): Entry {
  const rest = unannounced(entry)
  if (rest.shown === undefined) return rest
  const { calledOff: _, ...shown } = rest.shown
  return { ...rest, shown }
}
