import { KeynagError, minuteMs, plusMs, type Clock, type EpochMs } from '@keynag/core'
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
  readonly name: string
  /** The occurrence that was due when the worker last looked at the clock. */
  due: string | undefined
  done: string | undefined
  tryAgainAt: EpochMs | undefined
  running: boolean
}

export const stateOf = ({ name }: Schedule): ScheduleState => ({
  name,
  due: undefined,
  done: undefined,
  tryAgainAt: undefined,
  running: false,
})

/**
 * Runs each schedule when it is due. At the start it also runs an occurrence that may have been
 * missed. It tries a failed schedule again every minute.
 */
export async function keepSchedules(
  { schedules, clock, telemetry, stopping, everyMs }: KeepOptions,
  states: readonly ScheduleState[],
): Promise<void> {
  while (!stopping.isAsked) {
    for (const schedule of schedules) {
      const state = states.find(({ name }) => name === schedule.name)
      if (state === undefined || stopping.isAsked) continue
      await runIfDue(schedule, state, clock, telemetry)
    }
    await stopping.pause(everyMs)
  }
}

async function runIfDue(
  schedule: Schedule,
  state: ScheduleState,
  clock: Clock,
  telemetry: Telemetry,
): Promise<void> {
  const now = clock.now()
  const occurrence = schedule.occurrence(now)
  if (occurrence === undefined || state.done === occurrence) return
  state.due = occurrence
  if (state.tryAgainAt !== undefined && state.tryAgainAt > now) return
  state.running = true
  try {
    await schedule.run()
    state.done = occurrence
    state.tryAgainAt = undefined
  } catch (error) {
    // The run may have taken long: read the clock again.
    state.tryAgainAt = plusMs(clock.now(), minuteMs)
    const known = error instanceof KeynagError
    telemetry.error(known ? error.message : `the ${schedule.name} failed`, {
      schedule: schedule.name,
      ...(known ? { code: error.code, remedy: error.remedy } : { error }),
    })
  } finally {
    state.running = false
  }
}
