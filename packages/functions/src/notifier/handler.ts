import { consumers } from '@keynag/engine'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'
import { sqsHandler, type SqsHandler } from '../sqs-handler.ts'

/** Notify queue: reminders by audience, and the outbox. */
export const handler: SqsHandler = onFirstCall(async () =>
  sqsHandler(consumers(await productionPorts()).notify),
)
