import { z } from 'zod'
import { AccessKeyId } from '../ids.ts'
import { envelope } from './envelope.ts'

/** Nags went unanswered, or a key reached an age limit: the next escalation may be due. */
export const NagsUnanswered = envelope(
  'nags.unanswered',
  1,
  z.strictObject({ accessKeyId: AccessKeyId }),
)
