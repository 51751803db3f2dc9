import {
  KeynagError,
  minuteMs,
  plusMs,
  type Clock,
  type EpochMs,
  type ScheduleName,
} from '@keynag/core'
import type { Telemetry } from '@keynag/engine'
import type { Schedule } from './schedules.ts'
import type { Stopping } from './stopping.ts'

interface KeepOptions {
  readonly schedules: readonly Schedule[]
  readonly clock: Clock
  readonly telemetry: Telemetry
  readonly stopping: Stopping
  /** How often to look at the clock, in milliseconds. */
  readonly everyMs: number
}

/** The state of a schedule. `tryAgainAt` is set after a failure, until a run succeeds. */
export interface ScheduleState {
  readonly name: ScheduleName
  /** The occurrence that was due when the worker last looked at the clock. */
  due: string | undefined
  done: string | undefined
  tryAgainAt: EpochMs | undefined
  /** How many runs have failed in a row. */
  failures: number
  running: boolean
  /** When the present run began, by `performance.now`, or when something last answered it. */
  progressAt: number
}

export const stateOf = (name: ScheduleName): ScheduleState => ({
  name,
  due: undefined,
  done: undefined,
  tryAgainAt: undefined,
  failures: 0,
  running: false,
  progressAt: 0,
})

/**
 * Runs each schedule when it is due; none waits for another. At the start it also runs an occurrence
 * that may have been missed. It tries a failed schedule again every minute.
 */
export async function keepSchedules(
  { schedules, clock, telemetry, stopping, everyMs }: KeepOptions,
  states: readonly ScheduleState[],
): Promise<void> {
  const running = new Set<Promise<void>>()
  while (!stopping.isAsked) {
    for (const schedule of schedules) {
      const state = states.find(({ name }) => name === schedule.name)
      if (state === undefined || state.running || !isDue(schedule, state, clock.now())) continue
      const run = runNow(schedule, state, clock, telemetry)
      running.add(run)
      void run.then(() => running.delete(run))
    }
    await stopping.pause(everyMs)
  }
  await Promise.all(running)
}

function isDue(schedule: Schedule, state: ScheduleState, now: EpochMs): boolean {
  const occurrence = schedule.occurrence(now)
  if (occurrence === undefined || state.done === occurrence) return false
  state.due = occurrence
  return state.tryAgainAt === undefined || state.tryAgainAt <= now
}

async function runNow(
  schedule: Schedule,
  state: ScheduleState,
  clock: Clock,
  telemetry: Telemetry,
): Promise<void> {
  const occurrence = state.due
  state.running = true
  state.progressAt = performance.now()
  try {
    await schedule.run()
    state.done = occurrence
    state.tryAgainAt = undefined
    state.failures = 0
  } catch (error) {
    // The run may have taken long: read the clock again.
    state.tryAgainAt = plusMs(clock.now(), minuteMs)
    state.failures += 1
    const known = error instanceof KeynagError
    telemetry.error(known ? error.message : `the ${schedule.name} failed`, {
      schedule: schedule.name,
      ...(known ? { code: error.code, remedy: error.remedy } : { error }),
    })
  } finally {
    state.running = false
  }
}
