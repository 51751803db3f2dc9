import type { QueueName } from '@keynag/core'
import { consumeBounces } from './bounces/consume-bounces.ts'
import { consume, type QueueHandler } from './consumer.ts'
import { escalate } from './escalator/escalate.ts'
import { deliverNotice } from './notifier/deliver-notice.ts'
import { nag } from './notifier/nag.ts'
import { plan } from './planner/plan.ts'
import type { Ports } from './ports.ts'
import { rotate } from './rotator/rotate.ts'
import { scan } from './scanner/scan.ts'
import { sweep } from './sweeper/sweep.ts'

export type { Ports, Telemetry } from './ports.ts'

interface Functions extends Readonly<Record<QueueName, QueueHandler>> {
  readonly bounces: QueueHandler
  readonly plan: () => Promise<unknown>
  readonly sweep: () => Promise<unknown>
}

/** The functions over given ports, without the SDK that the deployed ones are wired to. */
export const functionsOf = (ports: Ports): Functions => ({
  plan: () => plan(ports),
  sweep: () => sweep(ports),
  bounces: consumeBounces(ports),
  scan: consume('scan', { 'scan.requested': scan(ports) }, ports),
  notify: consume('notify', { 'key.stale': nag(ports), 'notice.due': deliverNotice(ports) }, ports),
  escalate: consume('escalate', { 'nags.unanswered': escalate(ports) }, ports),
  rotate: consume('rotate', { 'rotation.due': rotate(ports) }, ports),
})
