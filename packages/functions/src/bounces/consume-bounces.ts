import {
  BatchProcessor,
  EventType as BatchType,
  processPartialResponse,
} from '@aws-lambda-powertools/batch'
import { KeynagError } from '@keynag/core'
import type { SQSRecord } from 'aws-lambda'
import type { QueueHandler } from '../consumer.ts'
import type { Ports } from '../ports.ts'
import { withdraw } from './withdraw.ts'

/**
 * These messages are SES's and no events of ours, so they have a queue of their own. One that cannot
 * be read is left to SQS, which moves it to the dead-letter queue after its last delivery.
 */
export const consumeBounces = (ports: Ports): QueueHandler => {
  const verb = withdraw(ports)
  const handle = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
    const about = { messageId, receiveCount: Number(attributes.ApproximateReceiveCount) }
    try {
      const outcome = await verb(body, messageId)
      if ('reason' in outcome) ports.telemetry.info(outcome.reason, about)
    } catch (error) {
      const known = error instanceof KeynagError
      const sentence = known ? error.message : 'a bug: the message will be tried again'
      ports.telemetry.error(sentence, known ? { ...about, code: error.code } : { ...about, error })
      throw error
    }
  }
  return (event) =>
    processPartialResponse(event, handle, new BatchProcessor(BatchType.SQS), {
      processInParallel: false,
      throwOnFullBatchFailure: false,
    })
}
