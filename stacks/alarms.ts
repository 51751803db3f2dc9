import { eventQueuesOf, titleOf, type WorkQueue, type WorkQueues } from './queues.ts'

const hourSeconds = 60 * 60
const daySeconds = 24 * hourSeconds

type AlarmArgs = Omit<
  aws.cloudwatch.MetricAlarmArgs,
  'alarmDescription' | 'alarmActions' | 'okActions'
>

export interface Watched {
  readonly queues: WorkQueues
  readonly missedRuns: sst.aws.Queue
  readonly scheduled: Readonly<Record<'planner' | 'sweeper' | 'digest', sst.aws.Function>>
}

/** All alarms go to one topic, and the topic sends mail to security. */
export function createAlarms(
  { queues, missedRuns, scheduled }: Watched,
  securityEmail: string,
  dataKey: aws.kms.Key,
): { topic: aws.sns.Topic; alarms: readonly aws.cloudwatch.MetricAlarm[] } {
  // CloudWatch may not use the AWS managed key.
  const topic = new aws.sns.Topic('Alarms', { kmsMasterKeyId: dataKey.arn })
  new aws.sns.TopicSubscription('AlarmsByMail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: securityEmail,
  })

  const alarms: aws.cloudwatch.MetricAlarm[] = []
  /** Every alarm names the runbook heading that says what to do. */
  const alarm: Alarm = (name, sentence, heading, args) => {
    alarms.push(
      new aws.cloudwatch.MetricAlarm(name, {
        alarmDescription: `${sentence} What to do: docs/runbook.md#${heading}`,
        alarmActions: [topic.arn],
        okActions: [topic.arn],
        ...args,
      }),
    )
  }

  for (const queue of Object.values(queues)) watchQueue(queue, alarm)
  watchMissedRuns(missedRuns, alarm)
  watchScan(alarm)
  for (const [name, fn] of Object.entries(scheduled)) watchRuns(name, fn, alarm)
  watchSweeper(scheduled.sweeper, alarm)
  watchEstate(alarm)
  for (const queue of eventQueuesOf(queues)) watchThrottles(queue, alarm)
  return { topic, alarms }
}

type Alarm = (name: string, sentence: string, heading: string, args: AlarmArgs) => void

/** Alarm settings for a queue that should always be empty. */
const anythingIn = (queue: sst.aws.Queue): AlarmArgs => ({
  namespace: 'AWS/SQS',
  metricName: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: queue.nodes.queue.name },
  statistic: 'Maximum',
  period: 300,
  evaluationPeriods: 1,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 0,
  treatMissingData: 'notBreaching',
})

function watchQueue({ name, queue, deadLetters, patienceSeconds }: WorkQueue, alarm: Alarm): void {
  alarm(
    `${titleOf(name)}DeadLettersAlarm`,
    `The dead-letter queue of ${name} holds messages.`,
    'messages-in-a-dead-letter-queue',
    anythingIn(deadLetters),
  )
  alarm(
    `${titleOf(name)}OldestMessageAlarm`,
    `A message has waited on the ${name} queue for longer than all its deliveries can take.`,
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

function watchMissedRuns(missedRuns: sst.aws.Queue, alarm: Alarm): void {
  alarm(
    'MissedRunsAlarm',
    'EventBridge Scheduler could not start a scheduled run, or the run failed at every try.',
    'a-scheduled-run-was-missed',
    anythingIn(missedRuns),
  )
}

/** One of keynag's own metrics. packages/functions/src/telemetry.ts writes them. */
export const ownMetric = (metricName: string) => ({
  namespace: 'keynag',
  metricName,
  dimensions: { service: `keynag-${$app.stage}` },
})

/**
 * One complete digest a day is enough. Missing hours count as bad, so the alarm also fires when the
 * planner or the digest does not run. In a new stage it fires until the first digest.
 */
function watchScan(alarm: Alarm): void {
  const hours = 26
  alarm(
    'ScanIncompleteAlarm',
    `For ${hours} hours no scan has had a result for every account.`,
    'the-scan-is-not-complete',
    {
      ...ownMetric('AccountsWithoutResult'),
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

/** Without the sweeper nothing that is due happens, and no queue would show that. */
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

/** Alarms on keynag's own metrics, for problems that only a person can solve. */
function watchEstate(alarm: Alarm): void {
  const over = (
    name: string,
    sentence: string,
    heading: string,
    { metric, threshold, period }: { metric: string; threshold: number; period: number },
  ): void =>
    alarm(name, sentence, heading, {
      ...ownMetric(metric),
      statistic: 'Maximum',
      period,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold,
      treatMissingData: 'notBreaching',
    })
  over('AccountsFailedAlarm', 'keynag could not read an account.', 'an-account-could-not-be-read', {
    metric: 'AccountsFailed',
    threshold: 0,
    period: hourSeconds,
  })
  over(
    'OldHoldAlarm',
    'A key has been on hold for two weeks, and nobody has decided about it.',
    'a-hold-is-waiting-for-a-person',
    { metric: 'OldestHoldDays', threshold: 14, period: daySeconds },
  )
  over(
    'StuckReplacementAlarm',
    'keynag began a replacement, and for three leases no delivery has continued it.',
    'a-replacement-is-stuck',
    { metric: 'ReplacementsStuck', threshold: 0, period: 900 },
  )
  over(
    'UnreadableItemAlarm',
    'keynag cannot read an item of its ledger, and goes on without it.',
    'an-item-of-the-ledger-cannot-be-read',
    { metric: 'LedgerItemsUnreadable', threshold: 0, period: hourSeconds },
  )
  alarm(
    'ProviderDownAlarm',
    'For half an hour Slack or SES has taken no message.',
    'slack-or-ses-takes-no-messages',
    {
      ...ownMetric('ProvidersDown'),
      statistic: 'Minimum',
      period: 900,
      evaluationPeriods: 2,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'notBreaching',
    },
  )
  over(
    'CapNearAlarm',
    "keynag has used more than 80 percent of a policy's daily cap.",
    'a-cap-is-nearly-reached',
    { metric: 'CapUsedPercent', threshold: 80, period: 900 },
  )
  over(
    'MailsComeBackAlarm',
    'Mail to owners bounces, or recipients mark it as spam.',
    'mails-come-back',
    {
      metric: 'MailWithdrawn',
      threshold: 0,
      period: daySeconds,
    },
  )
}

/** Single throttles are normal, because keynag tries again. Throttles for a whole hour are not. */
function watchThrottles({ name }: WorkQueue, alarm: Alarm): void {
  alarm(
    `${titleOf(name)}ThrottledAlarm`,
    `For an hour AWS has throttled the consumer of the ${name} queue.`,
    'aws-slows-keynag-down',
    {
      ...ownMetric(`ThrottledOn${titleOf(name)}`),
      statistic: 'Sum',
      period: 900,
      evaluationPeriods: 4,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 5,
      treatMissingData: 'notBreaching',
    },
  )
}
