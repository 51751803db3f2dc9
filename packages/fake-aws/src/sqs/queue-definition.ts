/** A queue and the dead-letter queue that belongs to it. */
export type QueueDefinition = {
  name: string
  /** How long a received message stays hidden, in seconds (0 to 43,200). */
  visibilityTimeoutSeconds: number
  /** A message that was received more often than this goes to the dead-letter queue. */
  maxReceiveCount: number
}

export type QueueAddress = { name: string; url: string; arn: string }

export type CreatedQueue = QueueAddress & { deadLetter: QueueAddress }

const deadLetterSuffix = '-dead-letter'

export const deadLetterName = (queue: string) => `${queue}${deadLetterSuffix}`

export const isDeadLetterName = (queue: string) => queue.endsWith(deadLetterSuffix)

/** fauxqs knows one account only. */
export const sandboxQueueAccount = '000000000000'

/**
 * Retention as AWS counts it on standard queues: from the first send, also in the dead-letter
 * queue, so the dead-letter queue must keep messages for longer than its source.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 * fauxqs never expires a message.
 */
export const retentionSeconds = { source: 4 * 24 * 3600, deadLetter: 14 * 24 * 3600 }
