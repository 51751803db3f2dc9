import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../graph/places.ts'
import type { Graph } from '../graph/resource.ts'
import { allOf, queues, type Rule } from './rule.ts'

const alarms = (graph: Graph) =>
  allOf(
    graph,
    'aws:cloudwatch/metricAlarm:MetricAlarm',
    z.object({
      alarmDescription: z.string(),
      alarmActions: z.array(z.string()),
      namespace: z.string(),
      metricName: z.string(),
      dimensions: z.record(z.string(), z.string()),
      treatMissingData: z.string(),
      period: z.number(),
      evaluationPeriods: z.number(),
    }),
  )

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  )

const everyAlarmSaysWhatToDo: Rule = (graph) => {
  const anchors = anchorsOf('docs/runbook.md')
  return alarms(graph).flatMap(({ name, inputs: { alarmDescription } }) => {
    const [, anchor = ''] = /docs\/runbook\.md#(\S+)$/.exec(alarmDescription) ?? []
    return anchors.has(anchor)
      ? []
      : [`${name} names a heading that the runbook does not have: ${anchor}`]
  })
}

const everyAlarmIsHeard: Rule = (graph) =>
  alarms(graph).flatMap(({ name, inputs }) =>
    inputs.alarmActions.length > 0 ? [] : [`${name} notifies nobody`],
  )

const everyQueueHasAnAlarm: Rule = (graph) =>
  queues(graph).flatMap(({ name, inputs }) => {
    const metric = /-(dead-letters|missed-runs)$/.test(inputs.name)
      ? 'ApproximateNumberOfMessagesVisible'
      : 'ApproximateAgeOfOldestMessage'
    const isWatched = alarms(graph).some(
      (alarm) =>
        alarm.inputs.metricName === metric && alarm.inputs.dimensions['QueueName'] === inputs.name,
    )
    return isWatched ? [] : [`no alarm watches ${name}`]
  })

const wanted = [
  'AccountsWithoutResult',
  'AccountsFailed',
  'OldestHoldDays',
  'ReplacementsStuck',
  'CapUsedPercent',
  'ProvidersDown',
  'LedgerItemsUnreadable',
  'MailWithdrawn',
  'ThrottledOnScan',
  'ThrottledOnNotify',
  'ThrottledOnEscalate',
  'ThrottledOnRotate',
]

const whatPeopleMustMendHasAnAlarm: Rule = (graph) => {
  const watched = new Set(alarms(graph).map(({ inputs }) => inputs.metricName))
  return wanted.filter((metric) => !watched.has(metric)).map((metric) => `no alarm for ${metric}`)
}

/** An alarm on a metric that no code counts would never fire. */
const everyOwnMetricIsCounted: Rule = (graph, stage) => {
  const sources = globSync('packages/{engine,functions}/src/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  return alarms(graph)
    .filter(({ inputs }) => inputs.namespace === 'keynag')
    .flatMap(({ name, inputs }) =>
      sources.includes(`'${inputs.metricName}'`) &&
      inputs.dimensions['service'] === `keynag-${stage}`
        ? []
        : [`${name} watches ${inputs.metricName}, which no code counts`],
    )
}

const silenceOfTheScanRings: Rule = (graph) => {
  const scan = alarms(graph).find(({ name }) => name === 'ScanIncompleteAlarm')?.inputs
  return scan?.treatMissingData === 'breaching' &&
    scan.period * scan.evaluationPeriods === 26 * 3600
    ? []
    : ['no alarm fires when the planner has not run for 26 hours']
}

const theDashboardShowsEveryAlarm: Rule = (graph) => {
  const [dashboard] = allOf(
    graph,
    'aws:cloudwatch/dashboard:Dashboard',
    z.object({ dashboardBody: z.unknown() }),
  )
  const shown = JSON.stringify(dashboard?.inputs.dashboardBody ?? '')
  return alarms(graph).flatMap(({ name }) =>
    shown.includes(`/${name}"`) ? [] : [`the dashboard does not show ${name}`],
  )
}

export const alarmRules = {
  everyAlarmSaysWhatToDo,
  everyAlarmIsHeard,
  everyQueueHasAnAlarm,
  whatPeopleMustMendHasAnAlarm,
  everyOwnMetricIsCounted,
  silenceOfTheScanRings,
  theDashboardShowsEveryAlarm,
}
