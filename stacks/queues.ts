import { queueNames } from '@keynag/core'
import { resourceNames, type StageQueue } from '../packages/aws/src/resource-names.ts'

const daySeconds = 24 * 60 * 60

/** Lambda wants at least five, so that throttled pollers do not dead-letter healthy messages. */
const maxReceiveCount = 5

export interface WorkQueue {
  readonly name: StageQueue
  readonly queue: sst.aws.Queue
  readonly deadLetters: sst.aws.Queue
  /** What the consumer may take for one batch; the visibility timeout follows from it. */
  readonly timeoutSeconds: number
  /** What Lambda may wait for a batch to fill. */
  readonly windowSeconds: number
  /** Every receive that a message has, one after the other: older than this, nobody takes it. */
  readonly patienceSeconds: number
}

/** Names in AWS begin with a capital letter. */
export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

export type WorkQueues = Readonly<Record<StageQueue, WorkQueue>>

/** Where dead letters wait for a person, for as long as SQS keeps any message. */
export const deadLetterQueue = (title: string, name: string): sst.aws.Queue =>
  new sst.aws.Queue(title, {
    transform: {
      queue: { name, messageRetentionSeconds: 14 * daySeconds, sqsManagedSseEnabled: true },
    },
  })

/**
 * A queue and its dead-letter queue. On a standard queue a dead letter's retention runs from when
 * the message was first sent, so the source keeps 4 days of the 14 and leaves people 10.
 *
 * Lambda wants six times the consumer's timeout and the batch window as visibility (Lambda
 * Developer Guide, Using Lambda with Amazon SQS).
 */
function workQueue(
  name: StageQueue,
  { timeoutSeconds, windowSeconds = 0 }: { timeoutSeconds: number; windowSeconds?: number },
): WorkQueue {
  const title = titleOf(name)
  const names = resourceNames($app.stage)
  const visibilitySeconds = 6 * timeoutSeconds + windowSeconds
  const deadLetters = deadLetterQueue(`${title}DeadLetters`, names.deadLetters(name))
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
    windowSeconds,
    patienceSeconds: maxReceiveCount * visibilitySeconds,
  }
}

/**
 * Leases on notices and keys last six minutes, so the notifier and the rotator may run for five.
 * The scanner holds none, and one account may take it as long as Lambda allows. Bounces come in
 * bunches and hurry nobody.
 */
export const createQueues = (): WorkQueues => ({
  scan: workQueue('scan', { timeoutSeconds: 900 }),
  notify: workQueue('notify', { timeoutSeconds: 300 }),
  escalate: workQueue('escalate', { timeoutSeconds: 60 }),
  rotate: workQueue('rotate', { timeoutSeconds: 300 }),
  bounces: workQueue('bounces', { timeoutSeconds: 60, windowSeconds: 20 }),
})

/** The queues of keynag's own events, in their order. */
export const eventQueuesOf = (queues: WorkQueues): readonly WorkQueue[] =>
  queueNames.map((name) => queues[name])
