import type { ScheduleName } from '@keynag/core'
import { sendDigest } from './digest/digest.ts'
import { plan } from './planner/plan.ts'
import type { Ports } from './ports.ts'
import { sweep } from './sweeper/sweep.ts'

type SchedulePorts = Pick<
  Ports,
  | 'accounts'
  | 'clock'
  | 'ids'
  | 'ledger'
  | 'messenger'
  | 'organization'
  | 'publisher'
  | 'source'
  | 'telemetry'
>

/** What each schedule runs: the only such table. */
export const schedules = (
  ports: SchedulePorts,
): Readonly<Record<ScheduleName, () => Promise<unknown>>> => ({
  planner: () => plan(ports),
  sweeper: () => sweep(ports),
  digest: () => sendDigest(ports),
})
