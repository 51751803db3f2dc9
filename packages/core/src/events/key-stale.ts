import { z } from 'zod'
import { AccessKeyId } from '../ids.ts'
import { envelope } from './envelope.ts'

/** A key is stale, and a nag to its audience may be due. */
export const KeyStale = envelope(
  'key.stale',
  1,
  z.strictObject({ accessKeyId: AccessKeyId, audience: z.string().min(1) }),
)
