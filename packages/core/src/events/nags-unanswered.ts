import { z } from 'zod'
import { AccessKeyId } from '../ids.ts'
import { envelope } from './envelope.ts'

/** Nags have gone unanswered, or a key has grown too old: the next rung of the ladder is due. */
export const NagsUnanswered = envelope(
  'nags.unanswered',
  1,
  z.strictObject({ accessKeyId: AccessKeyId }),
)
