import { afterList, type Account, type EpochMs, type Write } from '@keynag/core'
import type { Ports } from '../ports.ts'

type AccountWrite = Extract<Write, { kind: 'account' }>

/** Compares a complete list with the accounts that the ledger knows. On most days nothing has changed. */
export async function compareAccounts(
  { ledger }: Pick<Ports, 'ledger'>,
  accounts: readonly Account[],
  now: EpochMs,
): Promise<readonly AccountWrite[]> {
  const known = new Map((await ledger.accounts()).map((account) => [account.accountId, account]))
  const listed = new Map(accounts.map((account) => [account.accountId, account]))
  const writes: AccountWrite[] = []
  for (const accountId of new Set([...known.keys(), ...listed.keys()])) {
    const before = known.get(accountId)
    const name = before?.name ?? ''
    const seen = listed.get(accountId) ?? { accountId, name, state: 'UNLISTED' as const }
    const after = afterList(before, seen, now)
    if (after !== undefined) writes.push({ kind: 'account', before, after })
  }
  return writes
}
