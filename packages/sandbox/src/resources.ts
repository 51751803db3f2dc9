import { queueNames, queueRules, type QueueName, type StageQueue } from '@keynag/core'
import type { CreatedQueue, Sqs } from '@keynag/fake-aws/sqs'

/** The names of the sandbox's resources. The folder of an earlier demo is opened by the same names. */
export const region = 'us-east-1'
export const ledgerTable = 'keynag-ledger'

/** The configuration set with which SES publishes bounces and complaints. */
export const configurationSet = 'keynag'

const bouncesQueue: StageQueue = 'bounces'

export interface StageQueues {
  readonly queues: Readonly<Record<QueueName, CreatedQueue>>
  readonly queueUrls: Readonly<Record<QueueName, string>>
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>
  /** SES's notifications about mails. Its messages are not keynag's events. */
  readonly bounces: CreatedQueue
}

export async function createStageQueues(
  sqs: Pick<Sqs, 'createQueues'>,
  // Real seconds, which the virtual clock does not shorten: a minute is enough for one machine.
  visibilityTimeoutSeconds = 60,
): Promise<StageQueues> {
  const created = await sqs.createQueues(
    [...queueNames, bouncesQueue].map((name: StageQueue) => ({
      name: `keynag-${name}`,
      visibilityTimeoutSeconds,
      maxReceiveCount: queueRules[name].maxReceiveCount,
    })),
  )
  const named = (name: string): CreatedQueue => {
    const queue = created.find((one) => one.name === `keynag-${name}`)
    if (queue === undefined) throw new Error(`there is no queue ${name}`)
    return queue
  }
  const each = <T>(read: (queue: CreatedQueue) => T): Readonly<Record<QueueName, T>> => {
    const of = (name: QueueName): T => read(named(name))
    return {
      scan: of('scan'),
      notify: of('notify'),
      escalate: of('escalate'),
      rotate: of('rotate'),
    }
  }
  return {
    queues: each((queue) => queue),
    queueUrls: each(({ url }) => url),
    deadLetterUrls: each(({ deadLetter }) => deadLetter.url),
    bounces: named(bouncesQueue),
  }
}
