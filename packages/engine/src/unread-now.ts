import {
  unreadFor,
  type AccountId,
  type Entry,
  type KnownAccount,
  type UnreadAccount,
} from '@keynag/core'
import type { Ports } from './ports.ts'
import { isUnreadable } from './unreadable-item.ts'

type Reading = Pick<Ports, 'clock' | 'ledger' | 'organization'>

/** Why keynag says and does nothing about this key now; `undefined` when it knows enough of the account. */
export const unreadNow = (ports: Reading, entry: Entry): Promise<UnreadAccount | undefined> =>
  unreadIn(ports)(entry)

/**
 * The same question for many keys: reads each of their accounts once. Of an account whose item cannot be
 * read keynag knows nothing.
 */
export function unreadIn({ clock, ledger, organization }: Reading) {
  const known = new Map<AccountId, Promise<KnownAccount | undefined>>()
  return async (entry: Entry): Promise<UnreadAccount | undefined> => {
    const { accountId } = entry
    const account = known.get(accountId) ?? ledger.account(accountId)
    known.set(accountId, account)
    try {
      return unreadFor(entry, await account, organization.policies, clock.now())
    } catch (error) {
      if (isUnreadable(error)) return { why: error.message }
      throw error
    }
  }
}
