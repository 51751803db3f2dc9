import { z } from 'zod'
import { accountId, formats } from '../../shell/options.ts'
import { decisionOptions } from '../operator-decision.ts'

export const FreezeOptions = z
  .object({
    ...decisionOptions,
    account: accountId.optional(),
    policy: z.string().min(1).optional(),
    json: formats.json,
  })
  .refine(({ account, policy }) => account === undefined || policy === undefined, {
    path: ['account'],
    message: 'and --policy exclude each other: start one freeze for each',
  })
export type FreezeOptions = z.infer<typeof FreezeOptions>

export const ShowOptions = z.object({ ended: z.boolean().default(false), json: formats.json })
export type ShowOptions = z.infer<typeof ShowOptions>
