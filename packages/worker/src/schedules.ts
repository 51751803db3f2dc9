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

export const scheduleNames: readonly ScheduleName[] = ['planner', 'sweeper', 'digest']

/**
 * One schedule of a worker. Several workers may run it: the planner leaves an existing plan alone, the
 * sweeper only sends hints, and the day's digest is one notice with a lease.
 */
export function scheduleOf(name: ScheduleName, ports: SchedulePorts): Schedule {
  const run = schedules(ports)[name]
  const occurrence = occurrenceOf(scheduleRules[name])
  if (name !== 'planner') return { name, occurrence, run }
  const planOnce = async (): Promise<void> => {
    // The sweeper sends the messages of a plan that were not sent.
    const day = await ports.ledger.scanDay(isoDay(ports.clock.now()))
    if (day === undefined) await run()
  }
  return { name, occurrence, run: planOnce }
}

/** A daily schedule is due from its hour to the end of the day, so a late worker catches up. */
const occurrenceOf =
  (rule: ScheduleRule) =>
  (now: EpochMs): string | undefined => {
    if (rule.kind === 'every') return String(Math.floor(now / (rule.minutes * minuteMs)))
    return now % dayMs >= rule.hour * hourMs ? isoDay(now) : undefined
  }
