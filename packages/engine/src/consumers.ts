import type { StageQueue } from '@keynag/core'
import { consumeMailEvents } from './bounces/consume-mail-events.ts'
import { consume, type Consumer } from './consumer.ts'
import { escalate } from './escalator/escalate.ts'
import { deliverNotice } from './notifier/deliver-notice.ts'
import { nag } from './notifier/nag.ts'
import type { Ports } from './ports.ts'
import { rotate } from './rotator/rotate.ts'
import { scan } from './scanner/scan.ts'

/** Which verb answers which event on which queue: the only such table. */
export const consumers = (ports: Ports): Readonly<Record<StageQueue, Consumer>> => ({
  scan: consume('scan', { 'scan.requested': scan(ports) }, ports),
  notify: consume('notify', { 'key.stale': nag(ports), 'notice.due': deliverNotice(ports) }, ports),
  escalate: consume('escalate', { 'nags.unanswered': escalate(ports) }, ports),
  rotate: consume('rotate', { 'rotation.due': rotate(ports) }, ports),
  bounces: consumeMailEvents(ports),
})
