import { z } from 'zod'
import { Account } from './key/access-key.ts'
import { AccessKeyId, AccountId } from './ids.ts'
import { EpochMs } from './time.ts'

const ScanCounts = z.object({
  users: z.number().int(),
  keys: z.number().int(),
  stale: z.number().int(),
  found: z.number().int(),
  resolved: z.number().int(),
})
export type ScanCounts = z.infer<typeof ScanCounts>

/** An active access key of the root user. keynag reports it and never changes it. */
export const RootKey = z.object({
  slot: z.enum(['1', '2']),
  changedAt: EpochMs.optional(),
})
export type RootKey = z.infer<typeof RootKey>

/** One user, or one key, that a scan could not look at, and why. Nothing was concluded about it. */
export const Unread = z.object({
  userName: z.string(),
  accessKeyId: AccessKeyId.optional(),
  code: z.string(),
  why: z.string(),
})
export type Unread = z.infer<typeof Unread>

/**
 * The scan of one account on one day. Only after a `finished` scan may keynag conclude that a key
 * that it did not see is gone. An account that could not be read is reported, with the reason.
 */
export const AccountScan = z.object({
  date: z.iso.date(),
  account: Account,
  requestedAt: EpochMs,
  fullWalk: z.boolean(),
  result: z.discriminatedUnion('kind', [
    /** `unread`: of an invocation that has handed the rest of the scan over. */
    z.object({ kind: z.literal('requested'), unread: z.array(Unread).optional() }),
    z.object({
      kind: z.literal('finished'),
      at: EpochMs,
      reportAt: EpochMs,
      counts: ScanCounts,
      rootKeys: z.array(RootKey),
      /** Absent: the scan has looked at everything. */
      unread: z.array(Unread).optional(),
    }),
    z.object({ kind: z.literal('failed'), at: EpochMs, code: z.string(), why: z.string() }),
    z.object({ kind: z.literal('skipped'), why: z.string() }),
  ]),
  version: z.number().int().min(1),
})
export type AccountScan = z.infer<typeof AccountScan>

/** The number of all keys of the organisation, stale or not, by the scan of one day. */
export const Estate = z.object({ date: z.iso.date(), keys: z.number().int().min(0) })
export type Estate = z.infer<typeof Estate>

/** The scan plan of one UTC day. The scan is complete when every planned account has a result. */
export const ScanDay = z.object({
  date: z.iso.date(),
  plannedAt: EpochMs,
  /** When all messages of the plan were on their queue. Without it, the sweeper sends them again. */
  publishedAt: EpochMs.optional(),
  accountIds: z.array(AccountId),
  /** From the newest complete scan before this day; absent when there is none. */
  estate: Estate.optional(),
  version: z.number().int().min(1),
})
export type ScanDay = z.infer<typeof ScanDay>

/**
 * Whether every planned account has a result, which accounts failed, and which have no result yet
 * (`open`). A failure is a result.
 */
export function coverage(day: ScanDay, scans: readonly AccountScan[]) {
  const results = new Map(scans.map((scan) => [scan.account.accountId, scan.result.kind]))
  const failed = day.accountIds.filter((id) => results.get(id) === 'failed')
  const open = day.accountIds.filter((id) => {
    const result = results.get(id)
    return result === undefined || result === 'requested'
  })
  return { complete: open.length === 0, failed, open }
}

/**
 * The number of keys by one day's scan; `undefined` while the scan is incomplete. It leaves out the
 * keys of accounts that could not be read, so it may be too low but never too high.
 */
export function estateOf(day: ScanDay, scans: readonly AccountScan[]): Estate | undefined {
  if (!coverage(day, scans).complete) return undefined
  const counted = scans.map(({ result }) => (result.kind === 'finished' ? result.counts.keys : 0))
  return { date: day.date, keys: counted.reduce((sum, keys) => sum + keys, 0) }
}
