/** A clock that moves only when its owner moves it. Instants are epoch milliseconds. */
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

  /** Throws a RangeError when asked to go back: a change that has become visible stays visible. */
  set(ms: number): void {
    if (!(ms >= this.#nowMs)) {
      throw new RangeError(`the clock stands at ${this.#nowMs} and cannot go back to ${ms}`)
    }
    this.#nowMs = ms
  }

  /** Advances the virtual time at once, without waiting in real time. */
  sleep(ms: number): Promise<void> {
    this.advance(ms)
    return Promise.resolve()
  }
}
