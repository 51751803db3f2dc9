import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { KeynagError, type QueueName } from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'
import type { QueueUrls } from './publisher.ts'

/** The URL of a queue that a stage need not have. */
export async function findQueueUrl(
  settings: ClientSettings,
  QueueName: string,
): Promise<string | undefined> {
  const sqs = new SQSClient(clientConfig('sqs', settings))
  try {
    return await urlOf(sqs, QueueName)
  } catch (error) {
    if (error instanceof KeynagError && error.code === 'KEYNAG_QUEUE_MISSING') return undefined
    throw error
  } finally {
    sqs.destroy()
  }
}

/** @throws KeynagError `KEYNAG_QUEUE_MISSING` when a queue does not exist */
export async function findQueueUrls(
  settings: ClientSettings,
  nameOf: (queue: QueueName) => string,
): Promise<QueueUrls> {
  const sqs = new SQSClient(clientConfig('sqs', settings))
  const find = (name: string): Promise<string> => urlOf(sqs, name)
  try {
    return {
      scan: await find(nameOf('scan')),
      notify: await find(nameOf('notify')),
      escalate: await find(nameOf('escalate')),
      rotate: await find(nameOf('rotate')),
    }
  } finally {
    sqs.destroy()
  }
}

async function urlOf(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await calling({ operation: `sqs:GetQueueUrl of ${QueueName}` }, () =>
    sqs.send(new GetQueueUrlCommand({ QueueName })),
  )
  return QueueUrl
}
