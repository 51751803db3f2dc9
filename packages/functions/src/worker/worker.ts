import { setTimeout as sleep } from 'node:timers/promises'
import { queueRules, type Inbox } from '@keynag/aws'
import type { StageQueue } from '@keynag/core'
import { consumeBounces } from '../bounces/consume-bounces.ts'
import type { QueueHandler } from '../consumer.ts'
import { escalator } from '../escalator/handler.ts'
import { notifier } from '../notifier/handler.ts'
import type { Ports } from '../ports.ts'
import { rotator } from '../rotator/handler.ts'
import { scanner } from '../scanner/handler.ts'
import { keepSchedules, stateOf, type ScheduleState } from './keep-schedules.ts'
import { pump, type PumpState } from './pump.ts'
import { schedulesOf } from './schedules.ts'
import { stoppingBy } from './stopping.ts'

export interface WorkerOptions {
  readonly ports: Ports
  /** The queues that there are; `bounces` only where SES tells of mails. */
  readonly inboxes: Readonly<Partial<Record<StageQueue, Inbox>>>
  /** Without them another worker, or EventBridge, plans, sweeps and sends the digest. */
  readonly withSchedules: boolean
  /** Tells the worker to stop. */
  readonly stop: AbortSignal
  /** How long that may take, in milliseconds. */
  readonly stopWithinMs: number
  /** How long an empty queue is listened to, in whole seconds up to 20: stopping takes as long. */
  readonly waitSeconds: number
  /** How often the schedules look at the clock; default every second. */
  readonly lookEveryMs?: number
}

/** What the worker does now. */
export interface WorkerState {
  readonly pumps: readonly Readonly<PumpState>[]
  readonly schedules: readonly Readonly<ScheduleState>[]
}

/** How it ended: `abandoned` names the queues whose handlers were not done in time. */
export interface WorkerEnd {
  readonly handled: number
  readonly abandoned: readonly string[]
}

/**
 * How many messages are handled at the same time, and taken at once. Slack takes about one message a
 * second and channel; a worker has one processor.
 */
const shape: Readonly<Record<StageQueue, { readonly pumps: number; readonly batchSize: number }>> =
  {
    scan: { pumps: 4, batchSize: 1 },
    notify: { pumps: 2, batchSize: 5 },
    escalate: { pumps: 2, batchSize: 10 },
    rotate: { pumps: 4, batchSize: 1 },
    bounces: { pumps: 1, batchSize: 10 },
  }

const defaultLookEveryMs = 1_000

/** Planner, sweeper, digest and all consumers in this process, until it is told to stop. */
export function startWorker(options: WorkerOptions): {
  readonly state: WorkerState
  readonly ended: Promise<WorkerEnd>
} {
  const { ports, inboxes, stop, stopWithinMs, waitSeconds } = options
  const { telemetry, clock } = ports
  const stopping = stoppingBy(stop, stopWithinMs)
  const pumps: PumpState[] = []
  const running: Promise<void>[] = []
  for (const [queue, handler] of handlersOf(ports)) {
    const inbox = inboxes[queue]
    if (inbox === undefined) continue
    const { pumps: count, batchSize } = shape[queue]
    for (let index = 0; index < count; index += 1) {
      const state = { name: queue, handlingSince: undefined, failures: 0, handled: 0 }
      pumps.push(state)
      const timeoutMs = queueRules[queue].timeoutSeconds * 1_000
      running.push(
        pump(
          { name: queue, inbox, handler, batchSize, timeoutMs, waitSeconds, stopping, telemetry },
          state,
        ),
      )
    }
  }
  const kept = options.withSchedules ? schedulesOf(ports) : []
  const schedules = kept.map(stateOf)
  const everyMs = options.lookEveryMs ?? defaultLookEveryMs
  running.push(keepSchedules({ schedules: kept, clock, telemetry, stopping, everyMs }, schedules))
  return { state: { pumps, schedules }, ended: end(running, pumps, stop, stopWithinMs) }
}

const handlersOf = (ports: Ports): readonly (readonly [StageQueue, QueueHandler])[] => [
  ['scan', scanner(ports)],
  ['notify', notifier(ports)],
  ['escalate', escalator(ports)],
  ['rotate', rotator(ports)],
  ['bounces', consumeBounces(ports)],
]

async function end(
  running: readonly Promise<void>[],
  pumps: readonly PumpState[],
  stop: AbortSignal,
  stopWithinMs: number,
): Promise<WorkerEnd> {
  const done = Promise.all(running)
  await Promise.race([done, aborted(stop)])
  const limit = new AbortController()
  const inTime = await Promise.race([
    done.then(() => true),
    sleep(stopWithinMs, false, { signal: limit.signal }).catch(() => false),
  ])
  limit.abort()
  const handled = pumps.reduce((sum, each) => sum + each.handled, 0)
  const busy = pumps.filter(({ handlingSince }) => handlingSince !== undefined)
  return { handled, abandoned: inTime ? [] : busy.map(({ name }) => name) }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
