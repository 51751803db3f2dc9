import type { QueueName } from '@keynag/core'
import { resourceNames } from '../packages/aws/src/resource-names.ts'

const daySeconds = 24 * 60 * 60

/** Lambda wants at least five, so that throttled pollers do not dead-letter healthy messages. */
const maxReceiveCount = 5

export interface WorkQueue {
  readonly name: QueueName
  readonly queue: sst.aws.Queue
  readonly deadLetters: sst.aws.Queue
  /** What the consumer may take for one batch; the visibility timeout follows from it. */
  readonly timeoutSeconds: number
  /** Every receive that a message has, one after the other: older than this, nobody takes it. */
  readonly patienceSeconds: number
}

/** Names in AWS begin with a capital letter. */
export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

export type WorkQueues = Readonly<Record<QueueName, WorkQueue>>

/**
 * A queue and its dead-letter queue. On a standard queue a dead letter's retention runs from when
 * the message was first sent, so the source keeps 4 days of the 14 and leaves people 10.
 */
function workQueue(name: QueueName, { timeoutSeconds }: { timeoutSeconds: number }): WorkQueue {
  const title = titleOf(name)
  const names = resourceNames($app.stage)
  const visibilitySeconds = 6 * timeoutSeconds
  const deadLetters = new sst.aws.Queue(`${title}DeadLetters`, {
    transform: {
      queue: {
        name: names.deadLetters(name),
        messageRetentionSeconds: 14 * daySeconds,
        sqsManagedSseEnabled: true,
      },
    },
  })
  const queue = new sst.aws.Queue(title, {
    visibilityTimeout: `${visibilitySeconds} seconds`,
    dlq: { queue: deadLetters.arn, retry: maxReceiveCount },
    transform: {
      queue: {
        name: names.queue(name),
        messageRetentionSeconds: 4 * daySeconds,
        sqsManagedSseEnabled: true,
      },
    },
  })
  new aws.sqs.RedriveAllowPolicy(`${title}RedriveAllowPolicy`, {
    queueUrl: deadLetters.url,
    redriveAllowPolicy: $jsonStringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: [queue.arn],
    }),
  })
  return {
    name,
    queue,
    deadLetters,
    timeoutSeconds,
    patienceSeconds: maxReceiveCount * visibilitySeconds,
  }
}

/**
 * Leases on notices and keys last six minutes, so the notifier and the rotator may run for five.
 * The scanner holds none, and one account may take it as long as Lambda allows.
 */
export const createQueues = (): WorkQueues => ({
  scan: workQueue('scan', { timeoutSeconds: 900 }),
  notify: workQueue('notify', { timeoutSeconds: 300 }),
  escalate: workQueue('escalate', { timeoutSeconds: 60 }),
  rotate: workQueue('rotate', { timeoutSeconds: 300 }),
})
