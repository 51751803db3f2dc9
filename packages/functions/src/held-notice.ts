import {
  isoDay,
  NoticeId,
  type Entry,
  type EpochMs,
  type HoldCode,
  type Notice,
  type Write,
} from '@keynag/core'

/** The message to security that automation has stopped for a key, ready for the outbox. */
export function heldNotice(
  { accessKeyId }: Entry,
  code: HoldCode,
  now: EpochMs,
): { readonly noticeId: NoticeId; readonly write: Write } {
  const noticeId = NoticeId.parse(`held/${accessKeyId}/${code}/${isoDay(now)}`)
  const after: Notice = {
    noticeId,
    kind: 'held',
    accessKeyIds: [accessKeyId],
    createdAt: now,
    attempts: 0,
    dueAt: now,
    version: 1,
  }
  return { noticeId, write: { kind: 'notice', before: undefined, after } }
}
