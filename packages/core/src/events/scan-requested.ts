import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { envelope } from './envelope.ts'

const counts = z.object({
  users: z.number().int(),
  keys: z.number().int(),
  stale: z.number().int(),
  found: z.number().int(),
  resolved: z.number().int(),
})

/** An account should be scanned, or its scan should continue after a user. */
export const ScanRequested = envelope(
  'scan.requested',
  1,
  z.strictObject({
    date: z.iso.date(),
    accountId: AccountId,
    /** The last user that the previous invocation handled, in the order of ARNs. */
    after: z.strictObject({ userArn: z.string(), counts }).optional(),
  }),
)
