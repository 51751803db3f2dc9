import {
  isoDay,
  makeEvent,
  NoticeId,
  type AccessKeyId,
  type Entry,
  type EpochMs,
  type HoldCode,
  type KeynagEvent,
  type Notice,
  type NoticeKind,
  type Origin,
  type Write,
} from '@keynag/core'

/** A message for the outbox: due at once, and written together with the fact that it reports. */
export const newNotice = (
  noticeId: NoticeId,
  kind: NoticeKind,
  accessKeyId: AccessKeyId,
  now: EpochMs,
): Notice => ({
  noticeId,
  kind,
  accessKeyIds: [accessKeyId],
  createdAt: now,
  attempts: 0,
  dueAt: now,
  version: 1,
})

/** The message that tells security that automation has stopped for a key. */
export function heldNotice(
  { accessKeyId }: Entry,
  code: HoldCode,
  now: EpochMs,
): { readonly noticeId: NoticeId; readonly write: Write } {
  const noticeId = NoticeId.parse(`held/${accessKeyId}/${code}/${isoDay(now)}`)
  const after = newNotice(noticeId, 'held', accessKeyId, now)
  return { noticeId, write: { kind: 'notice', before: undefined, after } }
}

/** The ledger holds the notice already; this message only hurries its delivery. */
export const noticeDue = (noticeId: NoticeId, origin: Origin): KeynagEvent =>
  makeEvent('notice.due', noticeId, { noticeId }, origin)
