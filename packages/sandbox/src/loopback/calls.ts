/** Counts the calls a service received, by operation, e.g. `sqs:ReceiveMessage`. */
export type Calls = { count(operation: string): void }
