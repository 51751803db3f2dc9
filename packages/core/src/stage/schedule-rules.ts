/** When a schedule runs, in UTC. */
export type ScheduleRule =
  | { readonly kind: 'daily'; readonly hour: number; readonly timeoutSeconds: number }
  | { readonly kind: 'every'; readonly minutes: number; readonly timeoutSeconds: number }

export type ScheduleName = 'planner' | 'sweeper' | 'digest'

/**
 * The only table of the schedules: `stacks/` deploys it, and the worker, the sandbox and the
 * simulation use it.
 *
 * The digest runs five hours after the planner, when retried scans have their results too. It holds
 * the lease of a notice, which lasts six minutes, so it may run for five. The sweeper runs every
 * five minutes, because a policy's window may be as short as that. Windows begin on whole minutes, so a sweep falls into every window of five minutes or more.
 */
export const scheduleRules = {
  planner: { kind: 'daily', hour: 5, timeoutSeconds: 300 },
  sweeper: { kind: 'every', minutes: 5, timeoutSeconds: 300 },
  digest: { kind: 'daily', hour: 10, timeoutSeconds: 300 },
} as const satisfies Readonly<Record<ScheduleName, ScheduleRule>>
