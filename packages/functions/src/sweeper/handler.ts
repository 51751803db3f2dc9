import { onFirstCall } from '../on-first-call.ts'
import type { Ports } from '../ports.ts'
import { productionPorts } from '../production-ports.ts'
import { sweep } from './sweep.ts'

export const sweeper = (ports: Ports) => (): Promise<unknown> => sweep(ports)

/** Every five minutes: puts what has come due on its queue. */
export const handler = onFirstCall(async () => sweeper(await productionPorts()))
