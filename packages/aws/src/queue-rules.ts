import { queueNames } from '@keynag/core'
import type { StageQueue } from './resource-names.ts'

/** Every queue of a stage: keynag's events, and what SES says of mails. */
export const stageQueues: readonly StageQueue[] = [...queueNames, 'bounces']

export interface QueueRule {
  /** What the consumer may take for one message or batch. */
  readonly timeoutSeconds: number
  /** Six times that, so that a message never shows up again while somebody is at it. */
  readonly visibilitySeconds: number
  readonly maxReceiveCount: number
  readonly retentionSeconds: number
  readonly deadLetterRetentionSeconds: number
}

const daySeconds = 86_400

/**
 * A dead letter's retention runs from when the message was first sent, so the queue keeps 4 days of
 * the 14 and leaves people 10 (SQS Developer Guide, Dead-letter queues).
 */
const rule = (timeoutSeconds: number): QueueRule => ({
  timeoutSeconds,
  visibilitySeconds: 6 * timeoutSeconds,
  maxReceiveCount: 5,
  retentionSeconds: 4 * daySeconds,
  deadLetterRetentionSeconds: 14 * daySeconds,
})

/** The same as in `stacks/queues.ts`, for stages that are not deployed by SST. */
export const queueRules: Readonly<Record<StageQueue, QueueRule>> = {
  scan: rule(900),
  notify: rule(300),
  escalate: rule(60),
  rotate: rule(300),
  bounces: rule(60),
}
