import { AccessKeyId, permanent } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import type { Place } from './place.ts'
import { addPlaceOptions } from './place-options.ts'

/** What every decision of an operator is recorded with. */
export const decisionOptions = {
  why: z.string({ error: 'is needed: it is what others will read' }).trim().min(3).max(500),
  by: z.string().trim().min(1).max(200).optional(),
  yes: z.boolean().default(false),
} as const

export const addDecisionOptions = (command: Command): Command =>
  addPlaceOptions(command)
    .option('--why <text>', 'the reason, for those who come after')
    .option('--by <name>', 'who decided (default: whose credentials these are)')
    .option('--yes', 'do not ask')

export const operatorOf = async (by: string | undefined, place: Place): Promise<string> =>
  by ?? (await place.operator())

/** @throws KeynagError `KEYNAG_OPTION_INVALID` */
export function accessKeyIdOf(id: unknown): AccessKeyId {
  const read = AccessKeyId.safeParse(id)
  if (read.success) return read.data
  throw permanent('KEYNAG_OPTION_INVALID', 'an access key ID has 16 to 128 letters and digits')
}
