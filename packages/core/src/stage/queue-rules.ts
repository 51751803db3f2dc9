import type { StageQueue } from '../events/registry.ts'

/** How one queue and its consumer are set. */
export interface QueueRule {
  /** How long the consumer may take for one message or batch. */
  readonly timeoutSeconds: number
  /** How long Lambda may wait for a batch to fill. */
  readonly windowSeconds: number
  /** How many messages a consumer takes at once, 1 to 10. It handles them one after the other. */
  readonly batchSize: number
  /** How many invocations Lambda runs at the same time. */
  readonly concurrency: number
  /** How many messages `keynag worker`, which has one processor, handles at the same time. */
  readonly workerConcurrency: number
  /** So long that no message shows up again while a consumer handles it. */
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  readonly retentionSeconds: number
  readonly deadLetterRetentionSeconds: number
}

type Chosen = Pick<QueueRule, 'timeoutSeconds' | 'batchSize' | 'concurrency' | 'workerConcurrency'>

const daySeconds = 86_400

/**
 * Lambda wants six times the consumer's timeout and the batch window as visibility, and five
 * receives at least, so that throttled pollers do not dead-letter healthy messages (Lambda Developer
 * Guide, Using Lambda with Amazon SQS). A dead letter's retention runs from when the message was
 * first sent, so the queue keeps 4 days of the 14 and leaves people 10 (SQS Developer Guide,
 * Dead-letter queues).
 */
const rule = (chosen: Chosen, windowSeconds = 0): QueueRule => ({
  ...chosen,
  windowSeconds,
  visibilitySeconds: 6 * chosen.timeoutSeconds + windowSeconds,
  maxReceiveCount: 5,
  retentionSeconds: 4 * daySeconds,
  deadLetterRetentionSeconds: 14 * daySeconds,
})

/**
 * The only table of the queues: `stacks/` deploys it, `keynag setup` makes it, `keynag doctor`
 * expects it, and the worker, the sandbox and the simulation run by it.
 *
 * Leases on notices and keys last six minutes, so the notifier and the rotator may run for five.
 * The scanner holds no lease, and one account may take it as long as Lambda allows. Slack takes
 * about one message a second and channel, so more than two notifiers would only be refused. Bounces
 * arrive in bunches, and nothing waits for them.
 */
export const queueRules: Readonly<Record<StageQueue, QueueRule>> = {
  scan: rule({ timeoutSeconds: 900, batchSize: 1, concurrency: 20, workerConcurrency: 4 }),
  notify: rule({ timeoutSeconds: 300, batchSize: 5, concurrency: 2, workerConcurrency: 2 }),
  escalate: rule({ timeoutSeconds: 60, batchSize: 10, concurrency: 2, workerConcurrency: 2 }),
  rotate: rule({ timeoutSeconds: 300, batchSize: 1, concurrency: 5, workerConcurrency: 4 }),
  bounces: rule({ timeoutSeconds: 60, batchSize: 10, concurrency: 2, workerConcurrency: 1 }, 20),
}

/**
 * How long a nag waits for the scans of other accounts, in seconds, so that one message tells an
 * owner about keys in several accounts: the scans of all accounts take minutes.
 */
export const nagDelaySeconds = 600
