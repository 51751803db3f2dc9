interface Change<T> {
  readonly visibleFromMs: number
  readonly value: T
}

/**
 * A value whose changes are seen only after a while, as IAM's are (IAM User Guide, Troubleshoot
 * IAM, "Changes that I make are not always immediately visible").
 */
export class Eventually<T> {
  #visible: T
  #pending: Change<T>[] = []

  /** `initial` is visible from the beginning of time. */
  constructor(initial: T) {
    this.#visible = initial
  }

  /** The truth, which writes are checked against. */
  get latest(): T {
    const last = this.#pending.at(-1)
    return last === undefined ? this.#visible : last.value
  }

  /** Reads see `value` from `nowMs + lagMs`. */
  write(value: T, nowMs: number, lagMs: number): void {
    this.#settle(nowMs)
    this.#pending.push({ visibleFromMs: nowMs + lagMs, value })
  }

  /** What a read at `nowMs` returns. */
  seenAt(nowMs: number): T {
    this.#settle(nowMs)
    return this.#visible
  }

  #settle(nowMs: number): void {
    let next = this.#pending[0]
    while (next !== undefined && next.visibleFromMs <= nowMs) {
      this.#visible = next.value
      this.#pending.shift()
      next = this.#pending[0]
    }
  }
}
