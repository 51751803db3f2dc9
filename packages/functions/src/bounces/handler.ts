import { consumers } from '@keynag/engine'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'
import { sqsHandler, type SqsHandler } from '../sqs-handler.ts'

/** Bounces queue: what SES reports about mails, by way of SNS. */
export const handler: SqsHandler = onFirstCall(async () =>
  sqsHandler(consumers(await productionPorts()).bounces),
)
