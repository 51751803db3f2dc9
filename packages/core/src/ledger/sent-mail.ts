import { z } from 'zod'
import { NoticeId } from '../ids.ts'
import { EpochMs } from '../time.ts'

/**
 * Maps a mail to its notice. Bounces and complaints name a mail only by the provider's message ID.
 */
export const SentMail = z.object({
  messageId: z.string().min(1),
  noticeId: NoticeId,
  to: z.string(),
  sentAt: EpochMs,
  version: z.number().int().min(1),
})
export type SentMail = z.infer<typeof SentMail>
