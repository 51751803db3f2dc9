import {
  afterList,
  isOver,
  type Account,
  type EpochMs,
  type KnownAccount,
  type Write,
} from '@keynag/core'
import type { Ports } from '../ports.ts'

/** What a complete list of the Organization changes in the ledger, and the accounts that are over. */
export interface Listed {
  readonly writes: readonly Extract<Write, { kind: 'account' }>[]
  /** Accounts that are over, and whose keys' stories have not ended yet. */
  readonly ended: readonly KnownAccount[]
}

/** Compares a complete list with the accounts that the ledger knows. On most days nothing has changed. */
export async function compareAccounts(
  { ledger }: Pick<Ports, 'ledger'>,
  accounts: readonly Account[],
  now: EpochMs,
): Promise<Listed> {
  const known = new Map((await ledger.accounts()).map((account) => [account.accountId, account]))
  const listed = new Map(accounts.map((account) => [account.accountId, account]))
  const writes: Extract<Write, { kind: 'account' }>[] = []
  const ended: KnownAccount[] = []
  for (const accountId of new Set([...known.keys(), ...listed.keys()])) {
    const before = known.get(accountId)
    const name = before?.name ?? ''
    const seen = listed.get(accountId) ?? { accountId, name, state: 'UNLISTED' as const }
    const after = afterList(before, seen, now)
    if (after !== undefined) writes.push({ kind: 'account', before, after })
    const newest = after ?? before
    if (newest !== undefined && isOver(newest, now) && newest.endedAt === undefined) {
      ended.push(newest)
    }
  }
  return { writes, ended }
}
