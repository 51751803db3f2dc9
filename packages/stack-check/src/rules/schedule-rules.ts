import { z } from 'zod'
import { allOf, endOf, functions, queues, type Rule } from './rule.ts'

const schedulesTryAgainAndLeaveATrace: Rule = (graph) => {
  const schedules = allOf(
    graph,
    'aws:scheduler/schedule:Schedule',
    z.object({
      scheduleExpressionTimezone: z.string(),
      state: z.literal('ENABLED'),
      target: z.object({
        arn: z.string(),
        retryPolicy: z.object({ maximumRetryAttempts: z.number() }).optional(),
        deadLetterConfig: z.object({ arn: z.string() }).optional(),
      }),
    }),
  )
  const names = new Set(queues(graph).map(({ inputs }) => inputs.name))
  const known = new Set(functions(graph).map(({ inputs }) => inputs.name))
  const isQueue = (arn: string | undefined): boolean => arn !== undefined && names.has(endOf(arn))
  return [
    ...(schedules.length === 3 ? [] : [`${schedules.length} schedules`]),
    ...schedules.flatMap(({ name, inputs: { target, scheduleExpressionTimezone } }) => [
      ...((target.retryPolicy?.maximumRetryAttempts ?? 0) >= 1 ? [] : [`${name} tries only once`]),
      ...(isQueue(target.deadLetterConfig?.arn) ? [] : [`${name} has no dead-letter queue`]),
      ...(scheduleExpressionTimezone === 'Etc/UTC' ? [] : [`${name} is not in UTC`]),
      ...(known.has(endOf(target.arn)) ? [] : [`${name} does not start a function of keynag`]),
    ]),
  ]
}

/** Scheduler only passes the event on, so Lambda has to keep the events of failed runs. */
const failedRunsLeaveATrace: Rule = (graph) => {
  const configs = allOf(
    graph,
    'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
    z.object({
      functionName: z.string(),
      maximumRetryAttempts: z.number(),
      destinationConfig: z.object({ onFailure: z.object({ destination: z.string() }) }).optional(),
    }),
  )
  const scheduled = functions(graph).filter(({ name }) => /^(Planner|Sweeper|Digest)/.test(name))
  return scheduled.flatMap(({ name, inputs }) => {
    const config = configs.find((one) => one.inputs.functionName === inputs.name)
    const destination = config?.inputs.destinationConfig?.onFailure.destination
    return destination?.endsWith('-missed-runs') === true
      ? []
      : [`${name} does not keep the events of failed runs`]
  })
}

export const scheduleRules = {
  schedulesTryAgainAndLeaveATrace,
  failedRunsLeaveATrace,
}
