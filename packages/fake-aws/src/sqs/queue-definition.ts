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

/** fauxqs has one account only. */
export const sandboxQueueAccount = '000000000000'

/**
 * On standard queues AWS counts the retention from the first send, even after a message has moved to
 * the dead-letter queue. So the dead-letter queue must keep messages longer than its source.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 * fauxqs never expires a message.
 */
export const retentionSeconds = { source: 4 * 24 * 3600, deadLetter: 14 * 24 * 3600 }
