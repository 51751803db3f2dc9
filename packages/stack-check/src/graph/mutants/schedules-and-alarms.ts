import { mutantIn, type Mutant } from './mutant.ts'

const schedules = mutantIn('stacks/schedules.ts')
const alarms = mutantIn('stacks/alarms.ts')
const bounces = mutantIn('stacks/bounces.ts')

/** Mutants of the schedules, of the alarms and of the mail events. */
export const schedulesAndAlarmsMutants: readonly Mutant[] = [
  schedules(
    'a schedule without retries',
    'schedulesTryAgainAndLeaveATrace',
    '    retries,\n    dlq',
    '    dlq',
  ),
  schedules(
    'a schedule without a dead-letter queue',
    'schedulesTryAgainAndLeaveATrace',
    'dlq: missedRuns.arn,',
    '',
  ),
  schedules(
    'a schedule in local time',
    'schedulesTryAgainAndLeaveATrace',
    "timezone: 'Etc/UTC'",
    "timezone: 'Europe/Berlin'",
  ),
  schedules(
    'a failed run without a trace',
    'failedRunsLeaveATrace',
    'destinationConfig: { onFailure: { destination: missedRuns.arn } },',
    '',
  ),
  alarms(
    'an alarm without a heading in the runbook',
    'everyAlarmSaysWhatToDo',
    "'a-replacement-is-stuck'",
    "'a-replacement-hangs-here'",
  ),
  alarms(
    'alarms without an action',
    'everyAlarmIsHeard',
    'alarmActions: [topic.arn],',
    'alarmActions: [],',
  ),
  alarms(
    'dead-letter queues without an alarm',
    'everyQueueHasAnAlarm',
    'anythingIn(deadLetters)',
    'anythingIn(queue)',
  ),
  alarms(
    'queues without an alarm for old messages',
    'everyQueueHasAnAlarm',
    "metricName: 'ApproximateAgeOfOldestMessage'",
    "metricName: 'NumberOfMessagesSent'",
  ),
  alarms(
    'consumers without an alarm for throttles',
    'whatPeopleMustMendHasAnAlarm',
    'for (const queue of eventQueuesOf(queues)) watchThrottles(queue, alarm)',
    '',
  ),
  alarms(
    'an alarm on a metric that keynag does not count',
    'everyOwnMetricIsCounted',
    "metric: 'OldestHoldDays'",
    "metric: 'OldestHoldAge'",
  ),
  alarms(
    'an alarm that ignores a silent planner',
    'silenceOfTheScanRings',
    "treatMissingData: 'breaching',\n    },\n  )",
    "treatMissingData: 'notBreaching',\n    },\n  )",
  ),
  alarms(
    'an alarm that is not on the dashboard',
    'theDashboardShowsEveryAlarm',
    'return { topic, alarms }',
    'return { topic, alarms: alarms.slice(1) }',
  ),
  alarms(
    'an alarm topic that is not encrypted',
    'everythingIsEncrypted',
    "'Alarms', { kmsMasterKeyId: dataKey.arn }",
    "'Alarms', {}",
  ),
  bounces(
    'complaints that SES does not publish',
    'bouncesReachTheirQueue',
    "'BOUNCE', 'COMPLAINT',",
    "'BOUNCE',",
  ),
  bounces(
    'mail events that reach another queue',
    'bouncesReachTheirQueue',
    'endpoint: queues.bounces.queue.arn',
    'endpoint: queues.notify.queue.arn',
  ),
  bounces(
    'a queue without a consumer',
    'everyWorkQueueIsConsumedOnce',
    'consumeQueue(queues.bounces, bounces)',
    '',
  ),
]
