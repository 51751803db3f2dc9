import type { QueueHandler } from '../consumer.ts'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'
import { consumeBounces } from './consume-bounces.ts'

/** Bounces queue: what SES says of mails, by way of SNS. */
export const handler: QueueHandler = onFirstCall(async () =>
  consumeBounces(await productionPorts()),
)
