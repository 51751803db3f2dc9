import type { Organization } from '@keynag/core'
import type { Hub } from './hub.ts'
import type { WorkQueues } from './queues.ts'

/** The resources that every function uses. */
export interface Wiring {
  readonly hub: Hub
  readonly ledger: sst.aws.Dynamo
  readonly queues: WorkQueues
  /** The queue for runs that failed finally. */
  readonly missedRuns: sst.aws.Queue
  readonly slackToken: aws.secretsmanager.Secret | undefined
  /** SES reports bounces and complaints through this set. */
  readonly configurationSet: string
  /** The organisation's own settings, from keynag.config.ts. */
  readonly settings: Organization
}
