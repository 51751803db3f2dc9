import { done, makeEvent, next, type NoticeId, type Outcome } from '@keynag/core'
import { dueEvent } from '../due-event.ts'
import { originOf } from '../ports.ts'
import type { Work } from './work.ts'

/** The next step of the same key, in a delivery of its own. */
export function goOn(work: Work, reason: string): Outcome {
  const { accessKeyId } = work.entry
  const origin = originOf(work.ports, work.now)
  return next(reason, [makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin)])
}

/** The outbox row is in the ledger; the message only hurries its delivery. */
export function told(work: Work, noticeId: NoticeId | undefined, reason: string): Outcome {
  const origin = originOf(work.ports, work.now)
  const notices =
    noticeId === undefined ? [] : [makeEvent('notice.due', noticeId, { noticeId }, origin)]
  // Where a grace is zero, the next step is due at once, and its window may be short.
  const due = dueEvent(work.entry, work.ports.organization.policies, origin)
  const events = due?.type === 'rotation.due' ? [...notices, due] : notices
  return events.length === 0 ? done(reason) : next(reason, events)
}
