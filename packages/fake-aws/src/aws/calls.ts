/** Counts the calls of each operation. Throttled and refused calls count too. */
export class CallCounts {
  /** A listener that gets every call's operation and input, and the role if a session made it. */
  readonly seen: (operation: string, input: unknown, roleName?: string) => void
  readonly #total = new Map<string, number>()
  readonly #perAccount = new Map<string, Map<string, number>>()

  constructor(seen: CallCounts['seen'] = () => undefined) {
    this.seen = seen
  }

  /** Counts one call of `service:Operation`: `iam:ListAccessKeys`, `sqs:SendMessage`. */
  count(operation: string, accountId?: string): void {
    this.#total.set(operation, this.of(operation) + 1)
    if (accountId === undefined) return
    const account = this.#perAccount.get(accountId) ?? new Map<string, number>()
    account.set(operation, (account.get(operation) ?? 0) + 1)
    this.#perAccount.set(accountId, account)
  }

  /** The number of calls of this operation so far, in one account or in all. */
  of(operation: string, accountId?: string): number {
    const counts = accountId === undefined ? this.#total : this.#perAccount.get(accountId)
    return counts?.get(operation) ?? 0
  }

  get total(): number {
    let sum = 0
    for (const count of this.#total.values()) sum += count
    return sum
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#total].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  reset(): void {
    this.#total.clear()
    this.#perAccount.clear()
  }
}
