import { createHash } from 'node:crypto'
import type { Received } from '@keynag/aws'
import type { SQSEvent } from 'aws-lambda'
import type { QueueHandler } from '../consumer.ts'

/**
 * One message through a Lambda handler, as Lambda would hand it over. `false`: it shall be delivered
 * again.
 */
export async function handleReceived(
  handler: QueueHandler,
  message: Received,
  remainingMs: () => number,
): Promise<boolean> {
  const answer = await handler(eventOf(message), { getRemainingTimeInMillis: remainingMs })
  return answer.batchItemFailures.length === 0
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const eventOf = ({ messageId, body, receipt, attributes }: Received): SQSEvent => ({
  Records: [
    {
      messageId,
      receiptHandle: receipt,
      body,
      attributes: {
        ApproximateReceiveCount: attributes['ApproximateReceiveCount'] ?? '1',
        SentTimestamp: attributes['SentTimestamp'] ?? '0',
        SenderId: attributes['SenderId'] ?? '',
        ApproximateFirstReceiveTimestamp: attributes['ApproximateFirstReceiveTimestamp'] ?? '0',
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    },
  ],
})
