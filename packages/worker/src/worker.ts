import { setTimeout as wait } from 'node:timers/promises'
import type { Inbox } from '@keynag/aws'
import { queueRules, stageQueues, type Clock, type StageQueue } from '@keynag/core'
import { consumers, type Ports } from '@keynag/engine'
import { keepSchedules, stateOf, type ScheduleState } from './keep-schedules.ts'
import { pump, pumpStateOf, type PumpState } from './pump.ts'
import { scheduleNames, scheduleOf } from './schedules.ts'
import { stoppingBy } from './stopping.ts'
import { noting, watchLedger, type LedgerState } from './watch-ledger.ts'

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
  /** How long a receive waits, in whole seconds up to 20. The first part of stopping takes as long. */
  readonly waitSeconds: number
  /** How often the schedules look at the clock; every second by default. */
  readonly lookEveryMs?: number
}

/** What the worker does now. */
export interface WorkerState {
  readonly pumps: readonly Readonly<PumpState>[]
  readonly schedules: readonly Readonly<ScheduleState>[]
  readonly ledger: Readonly<LedgerState>
}

/** How the worker ended. `abandoned` names the queue of each message that was not finished in time, and
 * each schedule. */
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
  // A message that waits for Slack's pause goes back to the ledger when the worker stops.
  const stopAsked = aborted(stop)
  const sleep: Clock['sleep'] = (ms) => Promise.race([clock.sleep(ms), stopAsked])
  const notifier = consumers({ ...ports, clock: { now: () => clock.now(), sleep } }).notify
  for (const name of stageQueues) {
    const inbox = inboxes[name]
    if (inbox === undefined) continue
    const state = pumpStateOf(name)
    pumps.push(state)
    const consumer = name === 'notify' ? notifier : consumerOf[name]
    const atOnce = queueRules[name].workerConcurrency
    running.push(pump({ name, inbox, consumer, atOnce, waitSeconds, stopping, telemetry }, state))
  }
  const schedules = (options.withSchedules ? scheduleNames : []).map(stateOf)
  const kept = schedules.map((state) => {
    const note = (): void => {
      state.progressAt = performance.now()
    }
    return scheduleOf(state.name, { ...ports, ledger: noting(ports.ledger, note) })
  })
  const everyMs = options.lookEveryMs ?? defaultLookEveryMs
  running.push(keepSchedules({ schedules: kept, clock, telemetry, stopping, everyMs }, schedules))
  const ledger: LedgerState = { askingSince: undefined, down: [] }
  // Nothing waits for it: it only looks.
  void watchLedger({ ledger: ports.ledger, clock, stopping }, ledger)
  return {
    state: { pumps, schedules, ledger },
    ended: end(running, { pumps, schedules, stop, stopWithinMs }),
  }
}

interface Ending {
  readonly pumps: readonly PumpState[]
  readonly schedules: readonly ScheduleState[]
  readonly stop: AbortSignal
  readonly stopWithinMs: number
}

async function end(
  running: readonly Promise<void>[],
  { pumps, schedules, stop, stopWithinMs }: Ending,
): Promise<WorkerEnd> {
  const done = Promise.all(running)
  await Promise.race([done, aborted(stop)])
  const limit = new AbortController()
  const inTime = await Promise.race([
    done.then(() => true),
    wait(stopWithinMs, false, { signal: limit.signal }).catch(() => false),
  ])
  limit.abort()
  const handled = pumps.reduce((sum, each) => sum + each.handled, 0)
  if (inTime) return { handled, abandoned: [] }
  const messages = pumps.flatMap(({ name, handling }) => [...handling].map(() => name))
  const runs = schedules.filter(({ running: isRunning }) => isRunning).map(({ name }) => name)
  return { handled, abandoned: [...messages, ...runs] }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
