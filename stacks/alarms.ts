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

/** Alarms go to one topic, and the topic's mails to security. */
export function createAlarms(
  { queues, missedRuns, scheduled }: Watched,
  securityEmail: string,
  dataKey: aws.kms.Key,
): { topic: aws.sns.Topic; alarms: readonly aws.cloudwatch.MetricAlarm[] } {
  // Not the AWS managed key: CloudWatch may not use that one.
  const topic = new aws.sns.Topic('Alarms', { kmsMasterKeyId: dataKey.arn })
  new aws.sns.TopicSubscription('AlarmsByMail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: securityEmail,
  })

  const alarms: aws.cloudwatch.MetricAlarm[] = []
  /** Every alarm names the heading in the runbook that says what to do. */
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

/** A queue in which nothing should ever be. */
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
    `There are messages in the dead-letter queue of ${name}.`,
    'messages-in-a-dead-letter-queue',
    anythingIn(deadLetters),
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

function watchMissedRuns(missedRuns: sst.aws.Queue, alarm: Alarm): void {
  alarm(
    'MissedRunsAlarm',
    'A scheduled run could not be started, or failed however often it was tried.',
    'a-scheduled-run-was-missed',
    anythingIn(missedRuns),
  )
}

/** A metric of keynag's own, as packages/functions/src/telemetry.ts names them. */
export const ownMetric = (metricName: string) => ({
  namespace: 'keynag',
  metricName,
  dimensions: { service: `keynag-${$app.stage}` },
})

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

/** What only a person can mend, by keynag's own count. */
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
  over('AccountsFailedAlarm', 'An account could not be read.', 'an-account-could-not-be-read', {
    metric: 'AccountsFailed',
    threshold: 0,
    period: hourSeconds,
  })
  over(
    'OldHoldAlarm',
    'A hold has waited for a person for two weeks.',
    'a-hold-is-waiting-for-a-person',
    { metric: 'OldestHoldDays', threshold: 14, period: daySeconds },
  )
  over(
    'StuckReplacementAlarm',
    'A replacement was begun and has not moved for three leases.',
    'a-replacement-is-stuck',
    { metric: 'ReplacementsStuck', threshold: 0, period: 900 },
  )
  over(
    'CapNearAlarm',
    "More than four fifths of a policy's daily cap is used.",
    'a-cap-is-nearly-reached',
    { metric: 'CapUsedPercent', threshold: 80, period: 900 },
  )
  over('MailsComeBackAlarm', 'Mails come back, or are called spam.', 'mails-come-back', {
    metric: 'MailWithdrawn',
    threshold: 0,
    period: daySeconds,
  })
}

/** Some refusals are normal, and each is tried again; for an hour they are not. */
function watchThrottles({ name }: WorkQueue, alarm: Alarm): void {
  const slowDown = name === 'notify' ? 'Slack or SES keeps' : 'AWS keeps'
  const heading = name === 'notify' ? 'slack-or-ses-slows-keynag-down' : 'aws-slows-keynag-down'
  alarm(
    `${titleOf(name)}ThrottledAlarm`,
    `${slowDown} asking the ${name} queue's consumer to slow down.`,
    heading,
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
