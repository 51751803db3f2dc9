import { queueNames, type StageQueue } from '@keynag/core'
import { queueRules, type QueueRule } from '../packages/core/src/stage/queue-rules.ts'
import { resourceNames } from '../packages/aws/src/resource-names.ts'

export interface WorkQueue {
  readonly name: StageQueue
  readonly queue: sst.aws.Queue
  readonly deadLetters: sst.aws.Queue
  readonly rule: QueueRule
  /** The time of all deliveries of a message, one after the other. An older message is not consumed. */
  readonly patienceSeconds: number
}

/** SST component names begin with a capital letter. */
export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

export type WorkQueues = Readonly<Record<StageQueue, WorkQueue>>

/** Dead letters wait here for a person, for as long as SQS can keep a message. */
export const deadLetterQueue = (title: string, name: string): sst.aws.Queue => {
  const messageRetentionSeconds = queueRules.scan.deadLetterRetentionSeconds
  return new sst.aws.Queue(title, {
    transform: { queue: { name, messageRetentionSeconds, sqsManagedSseEnabled: true } },
  })
}

/** A queue and its dead-letter queue. */
function workQueue(name: StageQueue): WorkQueue {
  const title = titleOf(name)
  const names = resourceNames($app.stage)
  const rule = queueRules[name]
  const { visibilitySeconds, maxReceiveCount, retentionSeconds } = rule
  const deadLetters = deadLetterQueue(`${title}DeadLetters`, names.deadLetters(name))
  const queue = new sst.aws.Queue(title, {
    visibilityTimeout: `${visibilitySeconds} seconds`,
    dlq: { queue: deadLetters.arn, retry: maxReceiveCount },
    transform: {
      queue: {
        name: names.queue(name),
        messageRetentionSeconds: retentionSeconds,
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
    rule,
    patienceSeconds: maxReceiveCount * visibilitySeconds,
  }
}

export const createQueues = (): WorkQueues => ({
  scan: workQueue('scan'),
  notify: workQueue('notify'),
  escalate: workQueue('escalate'),
  rotate: workQueue('rotate'),
  bounces: workQueue('bounces'),
})

/** The queues of keynag's own events, in a fixed order. */
export const eventQueuesOf = (queues: WorkQueues): readonly WorkQueue[] =>
  queueNames.map((name) => queues[name])
