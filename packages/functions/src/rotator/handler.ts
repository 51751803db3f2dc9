import { consume, type QueueHandler } from '../consumer.ts'
import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { rotate } from './rotate.ts'

export const rotator = (ports: Ports): QueueHandler =>
  consume('rotate', { 'rotation.due': rotate(ports) }, ports)

/** Rotate queue: one saga step a message. */
export const handler: QueueHandler = onFirstCall(async () => rotator(await productionPorts()))
