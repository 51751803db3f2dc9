import type { AccessKeyId, EpochMs, Notice, NoticeId, NoticeKind } from '@keynag/core'

/** A message for the outbox: due at once, written with the fact it tells of. */
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
