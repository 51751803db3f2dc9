import type {
  AccountDirectory,
  Clock,
  DeadLetters,
  Handovers,
  IamReader,
  KeynagError,
  KeyMutations,
  Ledger,
  Organization,
  Publisher,
} from '@keynag/core'
import { OrganizationsDirectory } from './iam/account-directory.ts'
import type { Random } from './back-off.ts'
import type { ClientSettings } from './session/client-settings.ts'
import { QueueDeadLetters } from './queues/dead-letters.ts'
import { DynamoLedger } from './ledger/dynamo-ledger.ts'
import { SecretHandovers } from './hand-over/handovers.ts'
import { MemberIamReader } from './iam/iam-reader.ts'
import { IamKeyMutations } from './iam/key-mutations.ts'
import { MemberSessions } from './session/member-session.ts'
import { QueuePublisher, type QueueUrls } from './queues/publisher.ts'

export interface ConnectOptions extends ClientSettings {
  readonly organization: Organization
  readonly clock: Clock
  readonly ledgerTable: string
  readonly queueUrls: QueueUrls
  readonly deadLetterUrls: QueueUrls
  /** How long a nag waits for other accounts' scans, in seconds, 0 to 900. */
  readonly nagDelaySeconds?: number | undefined
  /**
   * Called for each item of the ledger that a query leaves out because it cannot be read, so that one
   * such item stops nobody else. Without it, the query fails.
   */
  readonly onUnreadable?: ((error: KeynagError) => void) | undefined
  /** Randomness for back-offs only. */
  readonly random?: Random
}

/** The ports that AWS implements. */
export interface AwsPorts {
  readonly ledger: Ledger
  readonly accounts: AccountDirectory
  readonly iam: IamReader
  readonly mutations: KeyMutations
  readonly handovers: Handovers
  readonly publisher: Publisher
  readonly deadLetters: DeadLetters
}

/**
 * Connects to AWS with the hub's credentials. It makes clients and calls only when they are needed.
 * The SDK's `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` apply.
 */
export function connect({
  organization,
  clock,
  ledgerTable,
  queueUrls,
  deadLetterUrls,
  nagDelaySeconds,
  onUnreadable,
  random = Math.random,
  ...settings
}: ConnectOptions): AwsPorts {
  const time = { clock, random }
  const sessions = new MemberSessions(settings, organization.memberRoles, clock)
  const delays = nagDelaySeconds === undefined ? {} : { 'key.stale': nagDelaySeconds }
  return {
    ledger: new DynamoLedger(settings, ledgerTable, time, { onUnreadable }),
    accounts: new OrganizationsDirectory(settings),
    iam: new MemberIamReader(sessions, time),
    mutations: new IamKeyMutations(sessions),
    handovers: new SecretHandovers(sessions, settings, organization.memberRoles.handoverKey),
    publisher: new QueuePublisher(settings, { queueUrls, delays, ...time }),
    deadLetters: new QueueDeadLetters(settings, deadLetterUrls),
  }
}
