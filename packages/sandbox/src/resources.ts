import { queueNames, type QueueName } from '@keynag/core'
import type { CreatedQueue, Sqs } from './sqs/index.ts'

/** What the sandbox's stage is made of; a demo's folder is opened by the same names. */
export const region = 'us-east-1'
export const ledgerTable = 'keynag-ledger'

const maxReceiveCount = 5

export interface StageQueues {
  readonly queues: Readonly<Record<QueueName, CreatedQueue>>
  readonly queueUrls: Readonly<Record<QueueName, string>>
  readonly deadLetterUrls: Readonly<Record<QueueName, string>>
}

export async function createStageQueues(
  sqs: Pick<Sqs, 'createQueues'>,
  visibilityTimeoutSeconds = 60,
): Promise<StageQueues> {
  const created = await sqs.createQueues(
    queueNames.map((name) => ({
      name: `keynag-${name}`,
      visibilityTimeoutSeconds,
      maxReceiveCount,
    })),
  )
  const each = <T>(read: (queue: CreatedQueue) => T): Readonly<Record<QueueName, T>> => {
    const of = (name: QueueName): T => {
      const queue = created.find((one) => one.name === `keynag-${name}`)
      if (queue === undefined) throw new Error(`there is no queue ${name}`)
      return read(queue)
    }
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
  }
}
