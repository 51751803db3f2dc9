import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { sendDigest } from './digest.ts'

export const digest = (ports: Ports) => (): Promise<unknown> => sendDigest(ports)

/** Daily schedule: tells the administrators how things stand. */
export const handler = onFirstCall(async () => digest(await productionPorts()))
