import { consume, type QueueHandler } from '../consumer.ts'
import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { deliverNotice } from './deliver-notice.ts'
import { nag } from './nag.ts'

export const notifier = (ports: Ports): QueueHandler =>
  consume('notify', { 'key.stale': nag(ports), 'notice.due': deliverNotice(ports) }, ports)

/** Notify queue: reminders by audience, and the outbox. */
export const handler: QueueHandler = onFirstCall(async () => notifier(await productionPorts()))
