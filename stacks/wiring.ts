import type { Organization } from '@keynag/core'
import type { Hub } from './hub.ts'
import type { WorkQueues } from './queues.ts'

/** What every function is wired to. */
export interface Wiring {
  readonly hub: Hub
  readonly ledger: sst.aws.Dynamo
  readonly queues: WorkQueues
  /** Where runs end up that failed for good. */
  readonly missedRuns: sst.aws.Queue
  readonly slackToken: aws.secretsmanager.Secret | undefined
  /** By which SES tells of bounces and complaints. */
  readonly configurationSet: string
  /** The organisation's own settings, from keynag.config.ts. */
  readonly settings: Organization
}
