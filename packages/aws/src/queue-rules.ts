import type { StageQueue } from '@keynag/core'

export interface QueueRule {
  /** What the consumer may take for one message or batch. */
  readonly timeoutSeconds: number
  /** What Lambda may wait for a batch to fill. */
  readonly windowSeconds: number
  /** So long that a message never shows up again while somebody is at it. */
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  readonly retentionSeconds: number
  readonly deadLetterRetentionSeconds: number
}

const daySeconds = 86_400

/**
 * Lambda wants six times the consumer's timeout and the batch window as visibility, and five
 * receives at least, so that throttled pollers do not dead-letter healthy messages (Lambda Developer
 * Guide, Using Lambda with Amazon SQS). A dead letter's retention runs from when the message was
 * first sent, so the queue keeps 4 days of the 14 and leaves people 10 (SQS Developer Guide,
 * Dead-letter queues).
 */
const rule = (timeoutSeconds: number, windowSeconds = 0): QueueRule => ({
  timeoutSeconds,
  windowSeconds,
  visibilitySeconds: 6 * timeoutSeconds + windowSeconds,
  maxReceiveCount: 5,
  retentionSeconds: 4 * daySeconds,
  deadLetterRetentionSeconds: 14 * daySeconds,
})

/**
 * What `stacks/` deploys, `keynag setup` makes and `keynag doctor` expects.
 *
 * Leases on notices and keys last six minutes, so the notifier and the rotator may run for five.
 * The scanner holds none, and one account may take it as long as Lambda allows. Bounces come in
 * bunches and hurry nobody.
 */
export const queueRules: Readonly<Record<StageQueue, QueueRule>> = {
  scan: rule(900),
  notify: rule(300),
  escalate: rule(60),
  rotate: rule(300),
  bounces: rule(60, 20),
}
