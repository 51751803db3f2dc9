/** Time as a value: it moves only when somebody moves it. Instants are epoch milliseconds. */
export class VirtualClock {
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  advance(ms: number): void {
    this.set(this.#nowMs + ms)
  }

  /** Throws a RangeError when asked to go back: what has become visible cannot be unseen. */
  set(ms: number): void {
    if (!(ms >= this.#nowMs)) {
      throw new RangeError(`the clock stands at ${this.#nowMs} and cannot go back to ${ms}`)
    }
    this.#nowMs = ms
  }

  /** Advances virtual time at once; nobody really waits. */
  sleep(ms: number): Promise<void> {
    this.advance(ms)
    return Promise.resolve()
  }
}
