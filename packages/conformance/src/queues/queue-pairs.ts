import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { QueueUrls } from '@keynag/aws'
import type { QueueName } from '@keynag/core'

interface QueueAddress {
  readonly url: string
  readonly arn: string
}

export type QueuePairs = Readonly<
  Record<QueueName, { readonly queue: QueueAddress; readonly deadLetters: QueueAddress }>
>

export interface QueueRules {
  readonly visibilityTimeoutSeconds: number
  readonly maxReceiveCount: number
}

/** Creates keynag's queues over HTTP, each with its dead-letter queue. */
export async function createQueuePairs(
  sqs: SQSClient,
  prefix: string,
  { visibilityTimeoutSeconds, maxReceiveCount }: QueueRules,
): Promise<QueuePairs> {
  const pair = async (name: QueueName) => {
    const deadLetters = await create(sqs, `${prefix}-${name}-dead-letters`, {})
    const redrive = { deadLetterTargetArn: deadLetters.arn, maxReceiveCount }
    const queue = await create(sqs, `${prefix}-${name}`, {
      VisibilityTimeout: String(visibilityTimeoutSeconds),
      RedrivePolicy: JSON.stringify(redrive),
    })
    return { queue, deadLetters }
  }
  return {
    scan: await pair('scan'),
    notify: await pair('notify'),
    escalate: await pair('escalate'),
    rotate: await pair('rotate'),
  }
}

async function create(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<QueueAddress> {
  const url = String((await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl)
  const asked = { QueueUrl: url, AttributeNames: ['QueueArn' as const] }
  const answer = await sqs.send(new GetQueueAttributesCommand(asked))
  return { url, arn: String(answer.Attributes?.QueueArn) }
}

export const urlsOf = (pairs: QueuePairs, of: 'queue' | 'deadLetters'): QueueUrls => ({
  scan: pairs.scan[of].url,
  notify: pairs.notify[of].url,
  escalate: pairs.escalate[of].url,
  rotate: pairs.rotate[of].url,
})
