import { isoDay, NoticeId, type Entry, type EpochMs, type HoldCode, type Write } from '@keynag/core'
import { newNotice } from './outbox.ts'

/** The message to security that automation has stopped for a key, ready for the outbox. */
export function heldNotice(
  { accessKeyId }: Entry,
  code: HoldCode,
  now: EpochMs,
): { readonly noticeId: NoticeId; readonly write: Write } {
  const noticeId = NoticeId.parse(`held/${accessKeyId}/${code}/${isoDay(now)}`)
  const after = newNotice(noticeId, 'held', accessKeyId, now)
  return { noticeId, write: { kind: 'notice', before: undefined, after } }
}
