import { z } from 'zod'
import { NoticeId } from '../ids.ts'
import { EpochMs } from '../time.ts'

/** Which notice a mail was, by the provider's message ID: bounces and complaints name only that. */
export const SentMail = z.object({
  messageId: z.string().min(1),
  noticeId: NoticeId,
  to: z.string(),
  sentAt: EpochMs,
  version: z.number().int().min(1),
})
export type SentMail = z.infer<typeof SentMail>
