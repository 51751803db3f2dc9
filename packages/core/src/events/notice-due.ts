import { z } from 'zod'
import { NoticeId } from '../ids.ts'
import { envelope } from './envelope.ts'

/** A notice in the outbox waits to be delivered. */
export const NoticeDue = envelope('notice.due', 1, z.strictObject({ noticeId: NoticeId }))
