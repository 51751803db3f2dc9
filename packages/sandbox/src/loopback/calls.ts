/** Counts the calls a service received, by operation, e.g. `sqs:ReceiveMessage`. */
export type Calls = { count(operation: string): void }

/** Sees every request body that a service gets. */
export type Tap = (service: string, body: string) => void
