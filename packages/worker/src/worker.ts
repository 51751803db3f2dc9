import { setTimeout as sleep } from 'node:timers/promises'
import type { Inbox } from '@keynag/aws'
import { queueRules, stageQueues, type StageQueue } from '@keynag/core'
import { consumers, type Ports } from '@keynag/engine'
import { keepSchedules, stateOf, type ScheduleState } from './keep-schedules.ts'
import { pump, type PumpState } from './pump.ts'
import { schedulesOf } from './schedules.ts'
import { stoppingBy } from './stopping.ts'

export interface WorkerOptions {
  readonly ports: Ports
  /** The queues to consume. `bounces` exists only where SES reports mail events. */
  readonly inboxes: Readonly<Partial<Record<StageQueue, Inbox>>>
  /** `false`: another worker or EventBridge plans, sweeps and sends the digest. */
  readonly withSchedules: boolean
  /** Tells the worker to stop. */
  readonly stop: AbortSignal
  /** How long stopping may take, in milliseconds. */
  readonly stopWithinMs: number
  /** How long a receive waits, in whole seconds up to 20. Stopping may take as long. */
  readonly waitSeconds: number
  /** How often the schedules look at the clock; every second by default. */
  readonly lookEveryMs?: number
}

/** What the worker does now. */
export interface WorkerState {
  readonly pumps: readonly Readonly<PumpState>[]
  readonly schedules: readonly Readonly<ScheduleState>[]
}

/** How the worker ended. `abandoned` names the queues whose handlers did not finish in time. */
export interface WorkerEnd {
  readonly handled: number
  readonly abandoned: readonly string[]
}

const defaultLookEveryMs = 1_000

/** Runs planner, sweeper, digest and all consumers in this process until `stop` is aborted. */
export function startWorker(options: WorkerOptions): {
  readonly state: WorkerState
  readonly ended: Promise<WorkerEnd>
} {
  const { ports, inboxes, stop, stopWithinMs, waitSeconds } = options
  const { telemetry, clock } = ports
  const stopping = stoppingBy(stop, stopWithinMs)
  const pumps: PumpState[] = []
  const running: Promise<void>[] = []
  const consumerOf = consumers(ports)
  for (const queue of stageQueues) {
    const inbox = inboxes[queue]
    if (inbox === undefined) continue
    const consumer = consumerOf[queue]
    for (let index = 0; index < queueRules[queue].workerConcurrency; index += 1) {
      const state = { name: queue, handlingSince: undefined, failures: 0, handled: 0 }
      pumps.push(state)
      running.push(pump({ name: queue, inbox, consumer, waitSeconds, stopping, telemetry }, state))
    }
  }
  const kept = options.withSchedules ? schedulesOf(ports) : []
  const schedules = kept.map(stateOf)
  const everyMs = options.lookEveryMs ?? defaultLookEveryMs
  running.push(keepSchedules({ schedules: kept, clock, telemetry, stopping, everyMs }, schedules))
  return { state: { pumps, schedules }, ended: end(running, pumps, stop, stopWithinMs) }
}

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
