/** Secret bytes that AWS must know and nothing may print: they show in no JSON and no dump. */
export class Sealed<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toJSON(): string {
    return '(sealed)'
  }
}
