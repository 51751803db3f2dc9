import {
  scheduleRules,
  type ScheduleName,
  type ScheduleRule,
} from '../packages/core/src/stage/schedule-rules.ts'
import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { deadLetterQueue, titleOf } from './queues.ts'

interface Retrying {
  /** How often Scheduler tries to start it, with growing pauses, for up to a day. */
  readonly retries: number
}

/**
 * Scheduler starts a run within the minute that it is due. `rate` would count from the deployment,
 * so that a sweep could leave the rotator the last seconds of a policy's window.
 */
const cronOf = (rule: ScheduleRule): `cron(${string})` =>
  rule.kind === 'daily' ? `cron(0 ${rule.hour} * * ? *)` : `cron(0/${rule.minutes} * * * ? *)`

/** Runs that could not be started, or that failed however often Lambda tried. */
export const createMissedRuns = (): sst.aws.Queue =>
  deadLetterQueue('MissedRuns', resourceNames($app.stage).missedRuns)

/**
 * Starts a function by the clock, in UTC. Scheduler only starts it: what the function throws is
 * Lambda's to try again, twice, and then to put with what Scheduler could not start.
 */
export function runOnSchedule(
  name: ScheduleName,
  fn: sst.aws.Function,
  missedRuns: sst.aws.Queue,
  { retries }: Retrying,
): sst.aws.CronV2 {
  const title = `${titleOf(name)}Run`
  new aws.lambda.FunctionEventInvokeConfig(`${title}Retries`, {
    functionName: fn.name,
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: 3600,
    destinationConfig: { onFailure: { destination: missedRuns.arn } },
  })
  return new sst.aws.CronV2(title, {
    function: fn.arn,
    schedule: cronOf(scheduleRules[name]),
    timezone: 'Etc/UTC',
    retries,
    dlq: missedRuns.arn,
  })
}
