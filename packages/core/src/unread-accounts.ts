import type { AccountId } from './ids.ts'
import { isOngoing, type Entry } from './key/entry.ts'
import { unreadAccount, type KnownAccount, type UnreadAccount } from './known-account.ts'
import { policyNamed, type Policies } from './policy/policies.ts'
import { staleSightingDaysOf } from './policy/policy.ts'
import type { EpochMs } from './time.ts'

/** Why keynag says and does nothing about this key now; `undefined` when it knows enough of the account. */
export function unreadFor(
  { policy }: Pick<Entry, 'policy'>,
  account: KnownAccount | undefined,
  policies: Policies,
  now: EpochMs,
): UnreadAccount | undefined {
  return unreadAccount(account, staleSightingDaysOf(policyNamed(policies, policy)), now)
}

/** One unread account, for administrators. */
export interface UnreadAccountRow extends UnreadAccount {
  readonly accountId: AccountId
  readonly name: string
  /** How many keys wait until a scan has read the account. */
  readonly keys: number
}

/** The unread accounts of the Organization. It counts keys one by one, so that a large ledger needs little memory. */
export class UnreadAccounts {
  readonly #accounts: ReadonlyMap<AccountId, KnownAccount>
  readonly #policies: Policies
  readonly #now: EpochMs
  readonly #waiting = new Map<AccountId, UnreadAccountRow>()

  constructor(accounts: readonly KnownAccount[], policies: Policies, now: EpochMs) {
    this.#accounts = new Map(accounts.map((account) => [account.accountId, account]))
    this.#policies = policies
    this.#now = now
  }

  nameOf(accountId: AccountId): string {
    return this.#accounts.get(accountId)?.name ?? ''
  }

  /** Whether the key waits until a scan has read its account. */
  hasKey(entry: Entry): boolean {
    return this.#because(entry) !== undefined
  }

  add(entry: Entry): void {
    const because = this.#because(entry)
    if (because === undefined) return
    const { accountId } = entry
    const keys = (this.#waiting.get(accountId)?.keys ?? 0) + 1
    this.#waiting.set(accountId, { accountId, name: this.nameOf(accountId), keys, ...because })
  }

  /** Those that are unread for the longest time come first. */
  rows(): readonly UnreadAccountRow[] {
    const rows = [...this.#waiting.values(), ...this.#withoutKeys()]
    return rows.toSorted(
      (a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.accountId < b.accountId ? -1 : 1),
    )
  }

  /** Nobody knows whether such an account has keys. One that is over, or has left, concerns nobody. */
  #withoutKeys(): readonly UnreadAccountRow[] {
    return [...this.#accounts.values()].flatMap((account) => {
      const { accountId, name, state } = account
      if (this.#waiting.has(accountId) || state === 'CLOSED' || state === 'UNLISTED') return []
      const because = unreadAccount(account, staleSightingDaysOf(undefined), this.#now)
      return because === undefined ? [] : [{ accountId, name, keys: 0, ...because }]
    })
  }

  #because(entry: Entry): UnreadAccount | undefined {
    if (!isOngoing(entry)) return undefined
    return unreadFor(entry, this.#accounts.get(entry.accountId), this.#policies, this.#now)
  }
}
