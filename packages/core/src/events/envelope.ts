import { z } from 'zod'
import { parseIso } from '../time.ts'

/** A CloudEvents 1.0 envelope in JSON; `dataversion` is keynag's only extension attribute. */
export const envelope = <T extends string, D extends z.ZodType>(
  type: T,
  version: number,
  data: D,
) =>
  z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.literal(type),
    time: z.string().refine((text) => parseIso(text) !== undefined, 'must be an ISO 8601 time'),
    subject: z.string().min(1),
    datacontenttype: z.literal('application/json'),
    dataversion: z.literal(version),
    data,
  })
