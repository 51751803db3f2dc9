import { consume, type QueueHandler } from '../consumer.ts'
import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { scan } from './scan.ts'

export const scanner = (ports: Ports): QueueHandler =>
  consume('scan', { 'scan.requested': scan(ports) }, ports)

/** Scan queue: one account a message. */
export const handler: QueueHandler = onFirstCall(async () => scanner(await productionPorts()))
