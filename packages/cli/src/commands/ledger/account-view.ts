import {
  everyItem,
  isoDay,
  isOpen,
  plusDays,
  type AccountId,
  type AccountScan,
  type Entry,
  type EpochMs,
  type Ledger,
  type Rotation,
} from '@keynag/core'

/** What the ledger has about one account. */
export interface AccountView {
  readonly accountId: AccountId
  readonly entries: readonly Entry[]
  /** The newest day first. `scan` is `undefined` on a day without a scan of this account. */
  readonly scans: readonly { readonly date: string; readonly scan: AccountScan | undefined }[]
  readonly rotations: readonly Rotation[]
  readonly now: EpochMs
}

export async function viewOf(
  ledger: Ledger,
  accountId: AccountId,
  days: number,
  now: EpochMs,
): Promise<AccountView> {
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.entriesOfAccount(accountId, cursor))) {
    entries.push(entry)
  }
  const dates = Array.from({ length: days }, (_, ago) => isoDay(plusDays(now, -ago)))
  const scans = []
  for (const date of dates) scans.push({ date, scan: await ledger.accountScan(date, accountId) })
  return { accountId, entries, scans, rotations: await openRotations(ledger, entries), now }
}

async function openRotations(
  ledger: Ledger,
  entries: readonly Entry[],
): Promise<readonly Rotation[]> {
  const users = new Map(
    entries
      .filter((entry) => 'rotationId' in entry)
      .map(({ accountId, userId }) => [userId, accountId]),
  )
  const found: Rotation[] = []
  for (const [userId, accountId] of users) {
    const rotation = await ledger.rotation(accountId, userId)
    if (rotation !== undefined && isOpen(rotation)) found.push(rotation)
  }
  return found
}
