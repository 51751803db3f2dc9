import {
  BatchProcessor,
  EventType as BatchType,
  processPartialResponse,
} from '@aws-lambda-powertools/batch'
import type { Consumer } from '@keynag/engine'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

/** A Lambda handler for a queue. It returns the messages that SQS has to deliver again. */
export type SqsHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>

/** Passes the messages of a batch to a consumer, one after the other. */
export const sqsHandler =
  (consumer: Consumer): SqsHandler =>
  (event, context) => {
    const consumeRecord = ({ messageId, body, attributes }: SQSRecord): Promise<void> =>
      consumer({
        messageId,
        body,
        receiveCount: Number(attributes.ApproximateReceiveCount),
        remainingMs: () => context.getRemainingTimeInMillis(),
      })
    return processPartialResponse(event, consumeRecord, new BatchProcessor(BatchType.SQS), {
      processInParallel: false,
      throwOnFullBatchFailure: false,
    })
  }
