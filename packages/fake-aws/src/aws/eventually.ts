interface Change<T> {
  readonly visibleFromMs: number
  readonly value: T
}

/**
 * A value whose changes become visible to reads only after a while, as IAM's do (IAM User Guide,
 * Troubleshoot IAM, "Changes that I make are not always immediately visible").
 */
export class Eventually<T> {
  #visible: T
  #pending: Change<T>[] = []

  /** `initial` is visible from the beginning of time. */
  constructor(initial: T) {
    this.#visible = initial
  }

  /** The value after all writes. The model checks writes against it. */
  get latest(): T {
    const last = this.#pending.at(-1)
    return last === undefined ? this.#visible : last.value
  }

  /** Reads return `value` from `nowMs + lagMs` on. */
  write(value: T, nowMs: number, lagMs: number): void {
    this.#settle(nowMs)
    this.#pending.push({ visibleFromMs: nowMs + lagMs, value })
  }

  /** The value that a read at `nowMs` returns. */
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
