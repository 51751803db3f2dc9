import { schedules } from '@keynag/engine'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'

/** Daily schedule: tells the administrators how things stand. */
export const handler = onFirstCall(async () => schedules(await productionPorts()).digest)
