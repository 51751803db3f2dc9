/** A secret value that never appears in JSON or in a printed object. Only `reveal` returns it. */
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
