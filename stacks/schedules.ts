import {
  scheduleRules,
  type ScheduleName,
  type ScheduleRule,
} from '../packages/core/src/stage/schedule-rules.ts'
import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { deadLetterQueue, titleOf } from './queues.ts'

interface Retrying {
  /** How often EventBridge Scheduler tries to start a run, with growing pauses, for up to a day. */
  readonly retries: number
}

/**
 * Scheduler starts a run within the minute in which it is due. `rate` would count from the deployment,
 * and then a sweep could come only seconds before a policy's window closes.
 */
const cronOf = (rule: ScheduleRule): `cron(${string})` =>
  rule.kind === 'daily' ? `cron(0 ${rule.hour} * * ? *)` : `cron(0/${rule.minutes} * * * ? *)`

/** The queue for runs that Scheduler could not start, or that failed at every try of Lambda. */
export const createMissedRuns = (): sst.aws.Queue =>
  deadLetterQueue('MissedRuns', resourceNames($app.stage).missedRuns)

/**
 * Runs a function on a schedule, in UTC. Scheduler only starts it. When the function throws, Lambda
 * tries twice more and then sends the event to the same queue as the runs that could not start.
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
