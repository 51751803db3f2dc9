import { schedules } from '@keynag/engine'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'

/** Daily schedule: plans the scan of every account. */
export const handler = onFirstCall(async () => schedules(await productionPorts()).planner)
