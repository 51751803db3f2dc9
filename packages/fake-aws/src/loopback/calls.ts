/** Counts the calls a service received, by operation, e.g. `sqs:ReceiveMessage`. */
export type Calls = {
  count(operation: string): void
  /** Gets every operation with its input, so that a test can derive the permissions needed. */
  seen?(operation: string, input: unknown): void
}

/** Gets the body of every request to a service. */
export type Tap = (service: string, body: string) => void
