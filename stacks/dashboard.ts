import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { ownMetric } from './alarms.ts'
import type { Hub } from './hub.ts'
import { titleOf, type WorkQueues } from './queues.ts'

type Metric = readonly [string, string, string, string]

const own = (metric: string): Metric => {
  const { namespace, dimensions } = ownMetric(metric)
  return [namespace, metric, 'service', dimensions.service]
}

/** The page that an operator opens first: alarms, queues, and the state of all keys. */
export function createDashboard(
  { region }: Hub,
  queues: WorkQueues,
  alarms: readonly aws.cloudwatch.MetricAlarm[],
): void {
  const names = resourceNames($app.stage)
  const all = Object.values(queues).map(({ name }) => name)
  const ofQueues = (metric: string, nameOf: (typeof names)['queue']): readonly Metric[] =>
    all.map((name) => ['AWS/SQS', metric, 'QueueName', nameOf(name)])
  const charts: readonly (readonly [string, readonly Metric[]])[] = [
    ['Messages waiting', ofQueues('ApproximateNumberOfMessagesVisible', names.queue)],
    ['Dead letters', ofQueues('ApproximateNumberOfMessagesVisible', names.deadLetters)],
    [
      'Age of the oldest message in seconds',
      ofQueues('ApproximateAgeOfOldestMessage', names.queue),
    ],
    ['Accounts', ['AccountsScanned', 'AccountsFailed', 'AccountsWithoutResult'].map(own)],
    [
      'What needs a person',
      [
        'OldestHoldDays',
        'ReplacementsStuck',
        'MailWithdrawn',
        'MessagesParked',
        'ProvidersDown',
      ].map(own),
    ],
    ['Used share of the daily cap in percent', [own('CapUsedPercent')]],
    [
      'Throttled calls',
      all.filter((name) => name !== 'bounces').map((name) => own(`ThrottledOn${titleOf(name)}`)),
    ],
  ]
  new aws.cloudwatch.Dashboard('Dashboard', {
    dashboardName: `keynag-${$app.stage}`,
    dashboardBody: $jsonStringify({
      widgets: [
        {
          type: 'alarm',
          width: 24,
          height: 4,
          properties: { title: 'Alarms', alarms: alarms.map(({ arn }) => arn) },
        },
        ...charts.map(([title, metrics]) => ({
          type: 'metric',
          width: 12,
          height: 6,
          properties: { title, metrics, region, period: 300, stat: 'Maximum', view: 'timeSeries' },
        })),
      ],
    }),
  })
}
