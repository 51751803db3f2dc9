import { z } from 'zod'
import { AccessKeyId, NoticeId } from '../ids.ts'
import { EpochMs } from '../time.ts'
import { SentMessage, TakenBack } from './fact.ts'
import { Lease } from './rotation.ts'

/** What a message is about. */
export const NoticeKind = z.enum([
  'nag',
  'escalation',
  'replacement-issued',
  'replacement-found',
  'deactivated',
  'deleted',
  'held',
  'digest',
])
export type NoticeKind = z.infer<typeof NoticeKind>

/**
 * A message that must reach somebody: the outbox. It is written with the fact it tells of, in one
 * transaction, and stays due until it was delivered.
 */
export const Notice = z.object({
  noticeId: NoticeId,
  kind: NoticeKind,
  accessKeyIds: z.array(AccessKeyId),
  createdAt: EpochMs,
  attempts: z.number().int().min(0),
  lease: Lease.optional(),
  delivery: SentMessage.optional(),
  deliveredAt: EpochMs.optional(),
  /** Set when nobody could be reached: the notice is finished without a delivery. */
  undeliverable: z.string().optional(),
  /** The delivery did not hold: the mail came back, however late. */
  withdrawn: z.object({ at: EpochMs, how: TakenBack, why: z.string() }).optional(),
  dueAt: EpochMs.optional(),
  version: z.number().int().min(1),
})
export type Notice = z.infer<typeof Notice>
