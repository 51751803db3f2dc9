import { z } from 'zod'
import { AccessKeyId, AccountId, UserId, UserName } from '../ids.ts'
import { EpochMs } from '../time.ts'

/**
 * IAM's status enum. AWS added `Expired` in 2025, so code must never read "not Active" as Inactive.
 */
export const KeyStatus = z.enum(['Active', 'Inactive', 'Expired'])
export type KeyStatus = z.infer<typeof KeyStatus>

/** When a key was last used. A refused look-up is `unknown`; it must never be read as `never`. */
export const LastUsed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  z.object({
    kind: z.literal('at'),
    at: EpochMs,
    service: z.string().optional(),
    region: z.string().optional(),
  }),
  z.object({ kind: z.literal('unknown'), why: z.string() }),
])
export type LastUsed = z.infer<typeof LastUsed>

/** One row of ListAccessKeys. keynag takes a key's ID, status and age from here only. */
export const ListedKey = z.object({
  accessKeyId: AccessKeyId,
  status: KeyStatus,
  createdAt: EpochMs,
})
export type ListedKey = z.infer<typeof ListedKey>

/** An IAM user with groups, tags and whether the user can sign in to the console. */
export const IamUser = z.object({
  accountId: AccountId,
  userId: UserId,
  userName: UserName,
  path: z.string(),
  arn: z.string(),
  createdAt: EpochMs,
  groups: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  hasConsole: z.boolean(),
})
export type IamUser = z.infer<typeof IamUser>

/** An account as Organizations describes it, with the units above it, outermost first. */
export const Account = z.object({
  accountId: AccountId,
  name: z.string(),
  /** `UNKNOWN`: AWS names a state that this release does not know, so keynag does nothing there. */
  state: z.enum([
    'PENDING_ACTIVATION',
    'ACTIVE',
    'SUSPENDED',
    'PENDING_CLOSURE',
    'CLOSED',
    'UNKNOWN',
  ]),
  organizationalUnits: z.array(z.string()),
})
export type Account = z.infer<typeof Account>

/** A key, its user and its account as one scan saw them. */
export interface ObservedKey extends ListedKey {
  readonly account: Account
  readonly user: IamUser
  readonly lastUsed: LastUsed
}
