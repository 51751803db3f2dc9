import { z } from 'zod'
import type { Organization } from '../policy/organization.ts'
import { EpochMs } from '../time.ts'

/** The settings that the functions or the workers run with. Commands of operators judge by them. */
export const DeployedConfiguration = z.object({
  /** SHA-256 of `text`, as hexadecimal digits: people compare it. */
  hash: z.string(),
  /** When it was first seen at work. */
  since: EpochMs,
  /** The names of the policies, so that other releases can read them. */
  policies: z.array(z.string()),
  /** The settings as JSON. Absent where they do not fit into an item of the ledger. */
  text: z.string().optional(),
  version: z.number().int().min(1),
})
export type DeployedConfiguration = z.infer<typeof DeployedConfiguration>

/** The settings as JSON that does not depend on the order in which somebody wrote their fields. */
export const configurationText = (organization: Organization): string =>
  JSON.stringify(organization, (_, value: unknown) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
