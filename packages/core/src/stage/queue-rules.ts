import type { StageQueue } from '../events/registry.ts'

/** The settings of one queue and its consumer. */
export interface QueueRule {
  /** How long one invocation of the consumer may take, for a message or a batch. */
  readonly timeoutSeconds: number
  /** How long Lambda may wait for a batch to fill. */
  readonly windowSeconds: number
  /** How many messages one invocation takes, 1 to 10. It handles them one after the other. */
  readonly batchSize: number
  /** How many invocations Lambda runs at the same time. */
  readonly concurrency: number
  /** How many messages `keynag worker`, a single process, handles at the same time. */
  readonly workerConcurrency: number
  /** SQS's visibility timeout, so long that SQS delivers no message again while it is handled. */
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  readonly retentionSeconds: number
  readonly deadLetterRetentionSeconds: number
}

type Chosen = Pick<QueueRule, 'timeoutSeconds' | 'batchSize' | 'concurrency' | 'workerConcurrency'>

const daySeconds = 86_400

/**
 * AWS recommends a visibility timeout of six times the consumer's timeout plus the batch window, and
 * at least five receives, so that throttled pollers do not dead-letter healthy messages (Lambda
 * Developer Guide, Using Lambda with Amazon SQS). The retention of a dead letter counts from when the
 * message was first sent (SQS Developer Guide, Dead-letter queues). A message may spend 4 of those
 * 14 days in its queue, so people have at least 10 days to look at it.
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
 * The only table of the queues: `stacks/` deploys it, `keynag setup` creates it, `keynag doctor`
 * checks it, and the worker, the sandbox and the simulation use it.
 *
 * Leases on notices and rotations last six minutes, so the notifier and the rotator may run for
 * five. The scanner holds no lease and may use all 15 minutes that Lambda allows for one account.
 * Slack accepts about one message per second and channel (Slack, Rate limits), so it would refuse
 * the messages of more than two notifiers. Bounces arrive in bursts and are not urgent.
 */
export const queueRules: Readonly<Record<StageQueue, QueueRule>> = {
  scan: rule({ timeoutSeconds: 900, batchSize: 1, concurrency: 20, workerConcurrency: 4 }),
  notify: rule({ timeoutSeconds: 300, batchSize: 5, concurrency: 2, workerConcurrency: 2 }),
  escalate: rule({ timeoutSeconds: 60, batchSize: 10, concurrency: 2, workerConcurrency: 2 }),
  rotate: rule({ timeoutSeconds: 300, batchSize: 1, concurrency: 5, workerConcurrency: 4 }),
  bounces: rule({ timeoutSeconds: 60, batchSize: 10, concurrency: 2, workerConcurrency: 1 }, 20),
}

/**
 * How long a nag waits for the scans of other accounts, in seconds. The scans of all accounts take
 * minutes; after this wait, one message can list an owner's keys in all of them.
 */
export const nagDelaySeconds = 600
