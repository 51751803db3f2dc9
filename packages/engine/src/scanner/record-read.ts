import {
  afterFailure,
  afterRead,
  type AccountScan,
  type Entry,
  type EpochMs,
  type KeynagError,
  type KnownAccount,
  type Write,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'

type ResultPorts = Pick<Ports, 'clock' | 'ledger'>

/**
 * Records a scan's result, and with it that the account was read at this time.
 *
 * @param dealtWith the stop of the account that the scan has told every key of
 */
export const recordRead = (
  ports: ResultPorts,
  scan: AccountScan,
  result: Extract<AccountScan['result'], { kind: 'finished' }>,
  dealtWith: KnownAccount['stopped'],
  at: EpochMs,
): Promise<void> => commitResult(ports, scan, result, (before) => afterRead(before, dealtWith, at))

/** Records that the scan failed, and since when no scan has read the account. */
export const recordFailedRead = (
  ports: ResultPorts,
  scan: AccountScan,
  { code, message: why }: KeynagError,
): Promise<void> => {
  const at = ports.clock.now()
  return commitResult(ports, scan, { kind: 'failed', at, code, why }, (before) =>
    afterFailure(before, `${code}: ${why}`, at),
  )
}

/** A scan whose result is there already changes nothing; the planner may change the account meanwhile. */
const commitResult = (
  { clock, ledger }: ResultPorts,
  scan: AccountScan,
  result: AccountScan['result'],
  change: (before: KnownAccount) => KnownAccount | undefined,
): Promise<void> => {
  const { account, date } = scan
  return retryOnConflict(account.accountId, async () => {
    const before = await ledger.account(account.accountId)
    const after = change(before ?? { ...account, listedAt: clock.now(), version: 0 })
    const note: readonly Write[] = after === undefined ? [] : [{ kind: 'account', before, after }]
    const done = { ...scan, result, version: scan.version + 1 }
    const committed = await ledger.commit([
      { kind: 'account-scan', before: scan, after: done },
      ...note,
    ])
    if (committed.kind === 'committed') return undefined
    const now = await ledger.accountScan(date, account.accountId)
    return now?.version === scan.version ? conflict : undefined
  })
}

/** Whether something was announced that no longer counts, because the account was closed or gone since. */
export const isVoid = (entry: Entry, account: KnownAccount | undefined): boolean =>
  account?.stopped !== undefined && isAnnounced(entry)

const isAnnounced = ({ warned, deletionAnnounced, handover }: Entry): boolean =>
  warned !== undefined || deletionAnnounced !== undefined || handover?.deliveredAt !== undefined
