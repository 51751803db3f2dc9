/** When a schedule runs, in UTC. */
export type ScheduleRule =
  | { readonly kind: 'daily'; readonly hour: number; readonly timeoutSeconds: number }
  | { readonly kind: 'every'; readonly minutes: number; readonly timeoutSeconds: number }

export type ScheduleName = 'planner' | 'sweeper' | 'digest'

/**
 * The only table of the schedules: `stacks/` deploys it, and the worker, the sandbox and the
 * simulation run by it.
 *
 * The digest comes five hours after the planner: a scan that was retried has its result by then. It
 * is a notice too, so it may run for five of its lease's six minutes. A policy's window may last
 * five minutes, as weekly-purge's does from 23:55 to 24:00, and what misses it waits for the next.
 * Windows begin on whole minutes, so a sweep at every fifth minute falls into each of them.
 */
export const scheduleRules = {
  planner: { kind: 'daily', hour: 5, timeoutSeconds: 300 },
  sweeper: { kind: 'every', minutes: 5, timeoutSeconds: 300 },
  digest: { kind: 'daily', hour: 10, timeoutSeconds: 300 },
} as const satisfies Readonly<Record<ScheduleName, ScheduleRule>>
