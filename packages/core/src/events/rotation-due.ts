import { z } from 'zod'
import { AccessKeyId } from '../ids.ts'
import { envelope } from './envelope.ts'

/** The next enforcement step of a key may be due. */
export const RotationDue = envelope('rotation.due', 1, z.strictObject({ accessKeyId: AccessKeyId }))
