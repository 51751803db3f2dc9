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

/** Something that is done at certain times. */
export interface Schedule {
  readonly name: ScheduleName
  /** Names the occurrence that is due, such as a day; each is run once. */
  readonly occurrence: (now: EpochMs) => string | undefined
  readonly run: () => Promise<unknown>
}

/**
 * The schedules of one worker. Several may run them: a plan that there is already is left alone, a
 * sweep only hints, and the day's digest is one notice with a lease.
 */
export const schedulesOf = (ports: SchedulePorts): readonly Schedule[] => {
  const runs = schedules(ports)
  return [
    scheduled('planner', async () => {
      const date = isoDay(ports.clock.now())
      if (!(await isPlanned(ports, date))) await runs.planner()
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

/** Daily ones are due from the hour on, until the day is over: a worker that starts late catches up. */
const occurrenceOf =
  (rule: ScheduleRule) =>
  (now: EpochMs): string | undefined => {
    if (rule.kind === 'every') return String(Math.floor(now / (rule.minutes * minuteMs)))
    return now % dayMs >= rule.hour * hourMs ? isoDay(now) : undefined
  }

/**
 * Whether another worker has planned the day. A plan whose messages were never sent, because that
 * worker died in between, shows by accounts that have waited for an hour.
 */
async function isPlanned({ ledger, clock }: SchedulePorts, date: string): Promise<boolean> {
  if ((await ledger.scanDay(date)) === undefined) return false
  const lost = (await ledger.accountScans(date)).some(
    ({ result, requestedAt }) => result.kind === 'requested' && requestedAt < clock.now() - hourMs,
  )
  return !lost
}
