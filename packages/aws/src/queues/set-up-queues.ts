import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs'
import { queueRules, stageQueues } from '@keynag/core'
import { z } from 'zod'
import { calling } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'
import { findQueueUrl } from './find-queue-urls.ts'
import type { queueNamesOf } from '../resource-names.ts'

export interface QueueMade {
  readonly name: string
  readonly url: string
  readonly became: 'made' | 'changed' | 'kept'
}

type Attributes = Readonly<Partial<Record<QueueAttributeName, string>>>

/**
 * Creates a stage's queues, each with its dead-letter queue, and corrects the settings of existing
 * ones. It is safe to repeat: it deletes nothing and touches no message.
 */
export async function setUpQueues(
  settings: ClientSettings,
  names: ReturnType<typeof queueNamesOf>,
): Promise<readonly QueueMade[]> {
  const sqs = new SQSClient(clientConfig('sqs', settings))
  try {
    const made: QueueMade[] = []
    for (const queue of stageQueues) {
      const rule = queueRules[queue]
      const deadLetters = await setUp(settings, sqs, names.deadLetters(queue), {
        MessageRetentionPeriod: String(rule.deadLetterRetentionSeconds),
      })
      const deadLetterTargetArn = await arnOf(sqs, deadLetters.url)
      const work = await setUp(settings, sqs, names.queue(queue), {
        VisibilityTimeout: String(rule.visibilitySeconds),
        MessageRetentionPeriod: String(rule.retentionSeconds),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn,
          maxReceiveCount: rule.maxReceiveCount,
        }),
      })
      made.push(work, deadLetters)
    }
    return made
  } finally {
    sqs.destroy()
  }
}

async function setUp(
  settings: ClientSettings,
  sqs: SQSClient,
  QueueName: string,
  wanted: Attributes,
): Promise<QueueMade> {
  const url = await findQueueUrl(settings, QueueName)
  if (url === undefined) {
    const { QueueUrl = '' } = await calling({ operation: `sqs:CreateQueue ${QueueName}` }, () =>
      sqs.send(new CreateQueueCommand({ QueueName, Attributes: { ...wanted } })),
    )
    return { name: QueueName, url: QueueUrl, became: 'made' }
  }
  const has = await attributesOf(sqs, url, ['All'])
  const differs = Object.entries(wanted).filter(
    ([name, value]) => canonical(has[name]) !== canonical(value),
  )
  if (differs.length === 0) return { name: QueueName, url, became: 'kept' }
  await calling({ operation: `sqs:SetQueueAttributes of ${QueueName}` }, () =>
    sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: Object.fromEntries(differs) }),
    ),
  )
  return { name: QueueName, url, became: 'changed' }
}

async function arnOf(sqs: SQSClient, url: string): Promise<string> {
  return (await attributesOf(sqs, url, ['QueueArn'])).QueueArn ?? ''
}

async function attributesOf(
  sqs: SQSClient,
  QueueUrl: string,
  AttributeNames: QueueAttributeName[],
): Promise<Readonly<Record<string, string>>> {
  const { Attributes = {} } = await calling({ operation: 'sqs:GetQueueAttributes' }, () =>
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })),
  )
  return Attributes
}

const Redrive = z.record(z.string(), z.coerce.string())

/** Services write the numbers of a redrive policy as text or not, and its fields in any order. */
function canonical(value: string | undefined): string | undefined {
  if (value === undefined || !value.startsWith('{')) return value
  const fields = Object.entries(Redrive.parse(JSON.parse(value)))
  return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
