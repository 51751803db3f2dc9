import { consume, type QueueHandler } from '../consumer.ts'
import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { escalate } from './escalate.ts'

export const escalator = (ports: Ports): QueueHandler =>
  consume('escalate', { 'nags.unanswered': escalate(ports) }, ports)

/** Escalate queue: the next rung of the ladder. */
export const handler: QueueHandler = onFirstCall(async () => escalator(await productionPorts()))
