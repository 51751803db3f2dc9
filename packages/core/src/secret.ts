const mask = '[redacted]'

/**
 * A secret that does not print. `reveal` is the only way to its bytes; string conversion, JSON and
 * Node's inspection all show a mask.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The bytes: call this only where they leave for Secrets Manager or sign a request. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask
  }
}
