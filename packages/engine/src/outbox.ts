import {
  formerReader,
  makeEvent,
  NoticeId,
  type AccessKeyId,
  type Entry,
  type EpochMs,
  type FormerReader,
  type KeynagEvent,
  type Notice,
  type NoticeKind,
  type Origin,
  type Write,
} from '@keynag/core'

/**
 * The ID of the message about the next fact of a key. It bears the fact's number in the key's
 * timeline, so that two facts never share a message, however soon one follows the other.
 */
export const noticeIdOfNext = (kind: NoticeKind, { accessKeyId, version }: Entry): NoticeId =>
  NoticeId.parse(`${kind}/${accessKeyId}/${version + 1}`)

/**
 * The message about the next fact of a key, for the outbox: due at once, and written together with
 * that fact.
 *
 * @param before the entry that the fact is written onto
 */
export function noticeOfNext(
  kind: NoticeKind,
  before: Entry,
  now: EpochMs,
): Extract<Write, { kind: 'notice' }> {
  const after: Notice = {
    noticeId: noticeIdOfNext(kind, before),
    kind,
    accessKeyIds: [before.accessKeyId],
    createdAt: now,
    attempts: 0,
    dueAt: now,
    version: 1,
  }
  return { kind: 'notice', before: undefined, after }
}

/** The message to the former owner about a date that does not bind keynag any more, if there is one. */
export function noticesToFormer(
  before: Entry,
  after: Entry,
  now: EpochMs,
): readonly Extract<Write, { kind: 'notice' }>[] {
  const former = formerReader(before, after)
  if (former === undefined) return []
  const notice = noticeOfNext('called-off', before, now)
  return [{ ...notice, after: { ...notice.after, former } }]
}

/**
 * The same about a date in a message that keynag could not record, because the owner changed while the
 * message was on its way. It bears the number of that message, so that it is written once.
 */
export const noticeToReader = (
  of: NoticeId,
  accessKeyId: AccessKeyId,
  former: FormerReader,
  now: EpochMs,
): Extract<Write, { kind: 'notice' }> => ({
  kind: 'notice',
  before: undefined,
  after: {
    noticeId: NoticeId.parse(`called-off/${accessKeyId}/${of}`),
    kind: 'called-off',
    accessKeyIds: [accessKeyId],
    former,
    createdAt: now,
    attempts: 0,
    dueAt: now,
    version: 1,
  },
})

/** The ledger holds the notice already; this message only hurries its delivery. */
export const noticeDue = (noticeId: NoticeId, origin: Origin): KeynagEvent =>
  makeEvent('notice.due', noticeId, { noticeId }, origin)
