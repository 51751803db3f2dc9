import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { QueueName } from '@keynag/core'
import { calling } from './classify.ts'
import { clientConfig, type ClientSettings } from './client-settings.ts'
import type { QueueUrls } from './publisher.ts'

/** @throws KeynagError `KEYNAG_QUEUE_MISSING` when there is no queue of one of the names */
export async function findQueueUrls(
  settings: ClientSettings,
  nameOf: (queue: QueueName) => string,
): Promise<QueueUrls> {
  const sqs = new SQSClient(clientConfig('sqs', settings))
  const find = async (QueueName: string): Promise<string> => {
    const { QueueUrl = '' } = await calling({ operation: `sqs:GetQueueUrl of ${QueueName}` }, () =>
      sqs.send(new GetQueueUrlCommand({ QueueName })),
    )
    return QueueUrl
  }
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
