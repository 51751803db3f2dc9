import { titleOf, type WorkQueue, type WorkQueues } from './queues.ts'

const hourSeconds = 60 * 60

type AlarmArgs = Omit<
  aws.cloudwatch.MetricAlarmArgs,
  'alarmDescription' | 'alarmActions' | 'okActions'
>

/**
 * Alarms go to one topic. It has no key of its own: CloudWatch may not publish to a topic that is
 * encrypted with the AWS managed key, and nothing here says more than a queue's name.
 */
export function createAlarms(
  queues: WorkQueues,
  scheduled: Readonly<Record<'planner' | 'sweeper' | 'digest', sst.aws.Function>>,
  securityEmail: string,
): { topic: aws.sns.Topic } {
  const topic = new aws.sns.Topic('Alarms')
  new aws.sns.TopicSubscription('AlarmsByMail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: securityEmail,
  })

  /** Every alarm names the heading in the runbook that says what to do. */
  const alarm = (name: string, sentence: string, heading: string, args: AlarmArgs): void => {
    new aws.cloudwatch.MetricAlarm(name, {
      alarmDescription: `${sentence} What to do: docs/runbook.md#${heading}`,
      alarmActions: [topic.arn],
      okActions: [topic.arn],
      ...args,
    })
  }

  for (const queue of Object.values(queues)) watchQueue(queue, alarm)
  watchScan(alarm)
  for (const [name, fn] of Object.entries(scheduled)) watchRuns(name, fn, alarm)
  watchSweeper(scheduled.sweeper, alarm)
  return { topic }
}

type Alarm = (name: string, sentence: string, heading: string, args: AlarmArgs) => void

function watchQueue({ name, queue, deadLetters, patienceSeconds }: WorkQueue, alarm: Alarm): void {
  alarm(
    `${titleOf(name)}DeadLettersAlarm`,
    `There are messages in the dead-letter queue of ${name}.`,
    'messages-in-a-dead-letter-queue',
    {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: deadLetters.nodes.queue.name },
      statistic: 'Maximum',
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'notBreaching',
    },
  )
  alarm(
    `${titleOf(name)}OldestMessageAlarm`,
    `A message waits on the ${name} queue for longer than all its receives can take.`,
    'a-queue-is-not-being-worked-off',
    {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: queue.nodes.queue.name },
      statistic: 'Maximum',
      period: 300,
      evaluationPeriods: 3,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: patienceSeconds,
      treatMissingData: 'notBreaching',
    },
  )
}

/**
 * One good digest a day is enough, and none is a failure: missing hours count as bad, so the alarm
 * also rings when the planner or the digest has died. It rings in a new stage until the first one.
 */
function watchScan(alarm: Alarm): void {
  const hours = 26
  alarm(
    'ScanIncompleteAlarm',
    `No scan has had a result for every account in ${hours} hours.`,
    'the-scan-is-not-complete',
    {
      // As packages/functions/src/telemetry.ts names them.
      namespace: 'keynag',
      metricName: 'AccountsWithoutResult',
      dimensions: { service: `keynag-${$app.stage}` },
      statistic: 'Minimum',
      period: hourSeconds,
      evaluationPeriods: hours,
      datapointsToAlarm: hours,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'breaching',
    },
  )
}

function watchRuns(name: string, fn: sst.aws.Function, alarm: Alarm): void {
  alarm(`${titleOf(name)}FailedAlarm`, `The ${name} has failed.`, 'a-scheduled-run-has-failed', {
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensions: { FunctionName: fn.name },
    statistic: 'Sum',
    period: 300,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    treatMissingData: 'notBreaching',
  })
}

/** Nothing that is due happens without the sweeper, and no queue would show it. */
function watchSweeper(sweeper: sst.aws.Function, alarm: Alarm): void {
  alarm('SweeperSilentAlarm', 'The sweeper has not run for an hour.', 'the-sweeper-is-silent', {
    namespace: 'AWS/Lambda',
    metricName: 'Invocations',
    dimensions: { FunctionName: sweeper.name },
    statistic: 'Sum',
    period: hourSeconds,
    evaluationPeriods: 1,
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    treatMissingData: 'breaching',
  })
}
