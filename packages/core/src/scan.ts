import { z } from 'zod'
import { Account } from './key/access-key.ts'
import { AccountId } from './ids.ts'
import { EpochMs } from './time.ts'

const ScanCounts = z.object({
  users: z.number().int(),
  keys: z.number().int(),
  stale: z.number().int(),
  found: z.number().int(),
  resolved: z.number().int(),
})
export type ScanCounts = z.infer<typeof ScanCounts>

/** An active root access key: always a finding, never touched. */
export const RootKey = z.object({
  slot: z.enum(['1', '2']),
  changedAt: EpochMs.optional(),
})
export type RootKey = z.infer<typeof RootKey>

/**
 * One account's scan on one day. Only `finished` says anything about keys that were not seen; an
 * account that could not be read is a finding of its own, with why.
 */
export const AccountScan = z.object({
  date: z.iso.date(),
  account: Account,
  requestedAt: EpochMs,
  fullWalk: z.boolean(),
  result: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('requested') }),
    z.object({
      kind: z.literal('finished'),
      at: EpochMs,
      reportAt: EpochMs,
      counts: ScanCounts,
      rootKeys: z.array(RootKey),
    }),
    z.object({ kind: z.literal('failed'), at: EpochMs, code: z.string(), why: z.string() }),
    z.object({ kind: z.literal('skipped'), why: z.string() }),
  ]),
  version: z.number().int().min(1),
})
export type AccountScan = z.infer<typeof AccountScan>

/** All keys of the organisation, stale or not, as the scan of a day counted them. */
export const Estate = z.object({ date: z.iso.date(), keys: z.number().int().min(0) })
export type Estate = z.infer<typeof Estate>

/** The plan of one day: the scan is complete when every account in it has a terminal result. */
export const ScanDay = z.object({
  date: z.iso.date(),
  plannedAt: EpochMs,
  accountIds: z.array(AccountId),
  /** By the newest scan before this day that was complete; absent when there is none. */
  estate: Estate.optional(),
  version: z.number().int().min(1),
})
export type ScanDay = z.infer<typeof ScanDay>

/** Whether every account that should have been read has a result, and how many could not be. */
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
 * How many keys there are, by one day's scan: `undefined` unless it is complete. The keys of an
 * account that could not be read are not among them, so it never says too many.
 */
export function estateOf(day: ScanDay, scans: readonly AccountScan[]): Estate | undefined {
  if (!coverage(day, scans).complete) return undefined
  const counted = scans.map(({ result }) => (result.kind === 'finished' ? result.counts.keys : 0))
  return { date: day.date, keys: counted.reduce((sum, keys) => sum + keys, 0) }
}
