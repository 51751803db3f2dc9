import {
  everyItem,
  isoDay,
  isOpen,
  plusDays,
  type AccountId,
  type AccountScan,
  type Entry,
  type EpochMs,
  type KnownAccount,
  type Ledger,
  type Policies,
  type Rotation,
  UnreadAccounts,
  type UnreadAccountRow,
} from '@keynag/core'

/** What the ledger has about one account. */
export interface AccountView {
  readonly accountId: AccountId
  /** `undefined` when no list of the Organization has shown the account. */
  readonly known: KnownAccount | undefined
  /** Why keynag says and does nothing about its keys, and how many wait. */
  readonly unread: UnreadAccountRow | undefined
  readonly entries: readonly Entry[]
  /** The newest day first. `scan` is `undefined` on a day without a scan of this account. */
  readonly scans: readonly { readonly date: string; readonly scan: AccountScan | undefined }[]
  readonly rotations: readonly Rotation[]
  readonly now: EpochMs
}

export async function viewOf(
  ledger: Ledger,
  policies: Policies,
  accountId: AccountId,
  days: number,
  now: EpochMs,
): Promise<AccountView> {
  const known = await ledger.account(accountId)
  const accounts = new UnreadAccounts(known === undefined ? [] : [known], policies, now)
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.entriesOfAccount(accountId, cursor))) {
    entries.push(entry)
    accounts.add(entry)
  }
  const dates = Array.from({ length: days }, (_, ago) => isoDay(plusDays(now, -ago)))
  const scans = []
  for (const date of dates) scans.push({ date, scan: await ledger.accountScan(date, accountId) })
  const rotations = await openRotations(ledger, entries)
  return { accountId, known, unread: accounts.rows()[0], entries, scans, rotations, now }
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
