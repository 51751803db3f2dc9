import type {
  AccountDirectory,
  Clock,
  DeadLetters,
  EpochMs,
  Handovers,
  IamReader,
  Ids,
  KeyMutations,
  Ledger,
  Messenger,
  Organization,
  Origin,
  Publisher,
} from '@keynag/core'

/** What is written about a run, for people and for alarms. Never holds a secret. */
export interface Telemetry {
  info(sentence: string, fields?: Readonly<Record<string, unknown>>): void
  warn(sentence: string, fields?: Readonly<Record<string, unknown>>): void
  error(sentence: string, fields?: Readonly<Record<string, unknown>>): void
  /** Adds to a counter that an alarm can watch. */
  count(metric: string, value: number): void
}

/** Everything a verb may touch: the world, time and chance all come in here. */
export interface Ports {
  readonly clock: Clock
  readonly ids: Ids
  readonly ledger: Ledger
  readonly accounts: AccountDirectory
  readonly iam: IamReader
  readonly mutations: KeyMutations
  readonly handovers: Handovers
  readonly publisher: Publisher
  readonly deadLetters: DeadLetters
  readonly messenger: Messenger
  readonly organization: Organization
  readonly telemetry: Telemetry
  /** CloudEvents `source`, such as `keynag/production`. */
  readonly source: string
}

/** One message as SQS delivers it, to a Lambda function or to a worker. */
export interface ReceivedMessage {
  readonly messageId: string
  readonly body: string
  /** How often SQS has delivered this message, this time included. */
  readonly receiveCount: number
  /** Milliseconds until the process that handles the message is stopped. */
  readonly remainingMs: () => number
}

/** What `makeEvent` needs, from the ports. */
export const originOf = (ports: Pick<Ports, 'ids' | 'source'>, now: EpochMs): Origin => ({
  source: ports.source,
  now,
  newId: () => ports.ids.uuid(),
})
