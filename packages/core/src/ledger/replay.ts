import { z } from 'zod'
import { queueNames } from '../events/registry.ts'
import { EpochMs } from '../time.ts'

/**
 * How often operators have put an event back into its queue. SQS does not know: a message that
 * comes back from a dead-letter queue has a new message ID and a new receive count.
 */
export const Replay = z.object({
  eventId: z.string(),
  queue: z.enum(queueNames),
  count: z.number().int().min(0),
  firstAt: EpochMs,
  lastAt: EpochMs,
  lastMessageId: z.string(),
  /** Set when keynag must not put the event back again before a person has looked at it. */
  quarantined: z.object({ since: EpochMs, why: z.string() }).optional(),
  version: z.number().int().min(1),
})
export type Replay = z.infer<typeof Replay>
