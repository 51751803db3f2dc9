import { z } from 'zod'
import { accountIds, commaSeparated } from '../../shell/options.ts'

const unit = z
  .string()
  .regex(
    /^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/,
    'takes the ID of an organizational unit, such as ou-ab12-cd34ef56',
  )

export const AuditOptions = z
  .object({
    sandbox: z.boolean().default(false),
    org: z.boolean().default(false),
    accounts: accountIds.optional(),
    ou: commaSeparated(unit).optional(),
    readerRole: z.string().min(1).default('keynag-reader'),
    externalId: z.string().min(2).optional(),
    profile: z.string().min(1).optional(),
    region: z.string().min(1).optional(),
    policy: z.string().min(1).default('cis-rotation'),
    all: z.boolean().default(false),
    everyUser: z.boolean().default(false),
    json: z.boolean().default(false),
    csv: z.boolean().default(false),
    html: z.string().min(1).optional(),
    permissions: z.boolean().default(false),
  })
  .refine(({ json, csv }) => !(json && csv), {
    path: ['csv'],
    message: 'and --json exclude each other',
  })
export type AuditOptions = z.infer<typeof AuditOptions>
