import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { deadLetterQueue, titleOf } from './queues.ts'

type Schedule = Pick<sst.aws.CronV2Args, 'schedule'> & {
  /** How often Scheduler tries to start it, with growing pauses, for up to a day. */
  readonly retries: number
}

/** Runs that could not be started, or that failed however often Lambda tried. */
export const createMissedRuns = (): sst.aws.Queue =>
  deadLetterQueue('MissedRuns', resourceNames($app.stage).missedRuns)

/**
 * Starts a function by the clock, in UTC. Scheduler only starts it: what the function throws is
 * Lambda's to try again, twice, and then to put with what Scheduler could not start.
 */
export function runOnSchedule(
  name: string,
  fn: sst.aws.Function,
  missedRuns: sst.aws.Queue,
  { schedule, retries }: Schedule,
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
    schedule,
    timezone: 'Etc/UTC',
    retries,
    dlq: missedRuns.arn,
  })
}
