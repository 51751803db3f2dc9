const mask = '[redacted]'

/**
 * A secret that cannot be printed by accident. Only `reveal` returns its value; string conversion,
 * JSON and Node's `inspect` show a mask.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value. Call this only to send it to Secrets Manager or to sign a request with it. */
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
