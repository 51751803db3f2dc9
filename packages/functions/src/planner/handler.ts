import type { Ports } from '../ports.ts'
import { onFirstCall } from '../on-first-call.ts'
import { productionPorts } from '../production-ports.ts'
import { plan } from './plan.ts'

export const planner = (ports: Ports) => (): Promise<unknown> => plan(ports)

/** Daily schedule: plans the scan of every account. */
export const handler = onFirstCall(async () => planner(await productionPorts()))
