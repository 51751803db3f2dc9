import { schedules } from '@keynag/engine'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'

/** Every five minutes: puts what has come due on its queue. */
export const handler = onFirstCall(async () => schedules(await productionPorts()).sweeper)
