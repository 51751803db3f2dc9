import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import { calling } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'
import { findQueueUrl } from './find-queue-urls.ts'

export type QueueExam =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'there'
      readonly arn: string
      readonly visibilitySeconds: number
      readonly messages: number
      /** The queue for messages after their last delivery. Without it SQS delivers them for ever. */
      readonly deadLetterArn?: string
    }

const Redrive = z.object({ deadLetterTargetArn: z.string() })

/** Examines a queue's settings and depth, without receiving a message. */
export async function examineQueue(settings: ClientSettings, name: string): Promise<QueueExam> {
  const QueueUrl = await findQueueUrl(settings, name)
  if (QueueUrl === undefined) return { kind: 'missing' }
  const sqs = new SQSClient(clientConfig('sqs', settings))
  try {
    const { Attributes = {} } = await calling({ operation: 'sqs:GetQueueAttributes' }, () =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    )
    const redrive = Redrive.safeParse(JSON.parse(Attributes.RedrivePolicy ?? '{}')).data
    return {
      kind: 'there',
      arn: Attributes.QueueArn ?? '',
      visibilitySeconds: Number(Attributes.VisibilityTimeout ?? 0),
      messages:
        Number(Attributes.ApproximateNumberOfMessages ?? 0) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      ...(redrive === undefined ? {} : { deadLetterArn: redrive.deadLetterTargetArn }),
    }
  } finally {
    sqs.destroy()
  }
}
