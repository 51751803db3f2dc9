/** Counts the calls a service received, by operation, e.g. `sqs:ReceiveMessage`. */
export type Calls = {
  count(operation: string): void
  /** Told what was asked for, for those who look at permissions. */
  seen?(operation: string, input: unknown): void
}

/** Sees every request body that a service gets. */
export type Tap = (service: string, body: string) => void
