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

/** An account is to be scanned, or its scan is to go on after a user. */
export const ScanRequested = envelope(
  'scan.requested',
  1,
  z.strictObject({
    date: z.iso.date(),
    accountId: AccountId,
    /** Where the last invocation stopped: users are taken in the order of their ARNs. */
    after: z.strictObject({ userArn: z.string(), counts }).optional(),
  }),
)
