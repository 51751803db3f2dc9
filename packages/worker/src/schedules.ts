import {
  dayMs,
  hourMs,
  isoDay,
  minuteMs,
  scheduleRules,
  type EpochMs,
  type ScheduleName,
  type ScheduleRule,
} from '@keynag/core'
import { schedules } from '@keynag/engine'

type SchedulePorts = Parameters<typeof schedules>[0]

/** Work that is due at certain times. */
export interface Schedule {
  readonly name: ScheduleName
  /** The name of the occurrence that is due, such as a day. Each occurrence runs once. */
  readonly occurrence: (now: EpochMs) => string | undefined
  readonly run: () => Promise<unknown>
}

/**
 * The schedules of one worker. Several workers may run them: the planner leaves an existing plan
 * alone, the sweeper only sends hints, and the day's digest is one notice with a lease.
 */
export const schedulesOf = (ports: SchedulePorts): readonly Schedule[] => {
  const runs = schedules(ports)
  return [
    scheduled('planner', async () => {
      // The sweeper sends the messages of a plan that were not sent.
      const day = await ports.ledger.scanDay(isoDay(ports.clock.now()))
      if (day === undefined) await runs.planner()
    }),
    scheduled('sweeper', runs.sweeper),
    scheduled('digest', runs.digest),
  ]
}

const scheduled = (name: ScheduleName, run: () => Promise<unknown>): Schedule => ({
  name,
  occurrence: occurrenceOf(scheduleRules[name]),
  run,
})

/** A daily schedule is due from its hour to the end of the day, so a late worker catches up. */
const occurrenceOf =
  (rule: ScheduleRule) =>
  (now: EpochMs): string | undefined => {
    if (rule.kind === 'every') return String(Math.floor(now / (rule.minutes * minuteMs)))
    return now % dayMs >= rule.hour * hourMs ? isoDay(now) : undefined
  }
