import { z } from 'zod'
import { ledgerIndexes, ledgerKey } from '@keynag/aws/ledger-table'
import type { Graph } from '../graph/resource.ts'
import { allOf, queues, type Rule } from './rule.ts'

const tables = (graph: Graph) =>
  allOf(
    graph,
    'aws:dynamodb/table:Table',
    z.object({
      billingMode: z.string(),
      hashKey: z.string(),
      rangeKey: z.string(),
      pointInTimeRecovery: z.object({ enabled: z.boolean() }).optional(),
      deletionProtectionEnabled: z.boolean().optional(),
      serverSideEncryption: z
        .object({ enabled: z.boolean(), kmsKeyArn: z.string().optional() })
        .optional(),
      globalSecondaryIndexes: z.array(
        z.object({ name: z.string(), hashKey: z.string(), rangeKey: z.string() }),
      ),
    }),
  )

const theLedgerCanBeRecovered: Rule = (graph, stage) =>
  tables(graph).flatMap(({ name, inputs, retainOnDelete }) => {
    const isProduction = stage === 'production'
    return [
      ...(inputs.pointInTimeRecovery?.enabled === true
        ? []
        : [`${name} has no point-in-time recovery`]),
      ...(inputs.deletionProtectionEnabled === isProduction
        ? []
        : [`${name} has the wrong deletion protection`]),
      ...(retainOnDelete === isProduction
        ? []
        : [`${name} has the wrong retention for when the stage is removed`]),
      ...(inputs.billingMode === 'PAY_PER_REQUEST'
        ? []
        : [`${name} does not use on-demand capacity`]),
    ]
  })

const theLedgerHasItsIndexes: Rule = (graph) => {
  const wanted = Object.entries(ledgerIndexes).map(
    ([name, { hashKey, rangeKey }]) => `${name} ${hashKey} ${rangeKey}`,
  )
  const made = tables(graph)
  if (made.length !== 1) return [`${made.length} tables`]
  return made.flatMap(({ name, inputs }) => {
    const found = inputs.globalSecondaryIndexes.map(
      (one) => `${one.name} ${one.hashKey} ${one.rangeKey}`,
    )
    return found.sort().join() === wanted.sort().join() &&
      inputs.hashKey === ledgerKey.hashKey &&
      inputs.rangeKey === ledgerKey.rangeKey
      ? []
      : [`${name} has other keys than packages/aws expects`]
  })
}

/** The organisation's key, rotated each year, encrypts ledger and topics; SQS's key the queues. */
const everythingIsEncrypted: Rule = (graph) => {
  const keys = allOf(graph, 'aws:kms/key:Key', z.object({ enableKeyRotation: z.boolean() }))
  const topics = allOf(
    graph,
    'aws:sns/topic:Topic',
    z.object({ kmsMasterKeyId: z.string().optional() }),
  )
  const isOurKey = (arn: string | undefined): boolean =>
    keys.some(({ name }) => arn?.endsWith(`:key/${name}`) === true)
  return [
    ...keys.flatMap(({ name, inputs }) =>
      inputs.enableKeyRotation ? [] : [`AWS does not rotate ${name}`],
    ),
    ...tables(graph).flatMap(({ name, inputs: { serverSideEncryption: sse } }) =>
      sse?.enabled === true && isOurKey(sse.kmsKeyArn)
        ? []
        : [`${name} is not encrypted with the organisation's key`],
    ),
    ...topics.flatMap(({ name, inputs }) =>
      isOurKey(inputs.kmsMasterKeyId)
        ? []
        : [`${name} is not encrypted with the organisation's key`],
    ),
    ...queues(graph).flatMap(({ name, inputs }) =>
      inputs.sqsManagedSseEnabled === true ? [] : [`${name} is not encrypted`],
    ),
  ]
}

const productionIsKept: Rule = ({ app }, stage) => {
  const isProduction = stage === 'production'
  return app.protect === isProduction && app.removal === (isProduction ? 'retain' : 'remove')
    ? []
    : [`${stage} has removal ${app.removal} and protect ${String(app.protect)}`]
}

/** Mail events go from SES to the topic to the queue. Other rules check the queue itself. */
const bouncesReachTheirQueue: Rule = (graph) => {
  const [set] = allOf(
    graph,
    'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
    z.object({
      configurationSetName: z.string(),
      eventDestination: z.object({
        enabled: z.boolean(),
        matchingEventTypes: z.array(z.string()),
        snsDestination: z.object({ topicArn: z.string() }),
      }),
    }),
  )
  const subscriptions = allOf(
    graph,
    'aws:sns/topicSubscription:TopicSubscription',
    z.object({
      topic: z.string(),
      protocol: z.string(),
      endpoint: z.string(),
      redrivePolicy: z.object({ deadLetterTargetArn: z.string() }).optional(),
    }),
  )
  const events = set?.inputs.eventDestination
  const wanted = ['BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE']
  const isReported = wanted.every(
    (type) => events?.enabled && events.matchingEventTypes.includes(type),
  )
  const isPassedOn = subscriptions.some(
    ({ inputs }) =>
      inputs.topic === events?.snsDestination.topicArn &&
      inputs.protocol === 'sqs' &&
      inputs.endpoint.endsWith('-bounces') &&
      inputs.redrivePolicy?.deadLetterTargetArn.endsWith('-bounces-dead-letters') === true,
  )
  return [
    ...(isReported ? [] : ['SES does not report every mail that did not arrive']),
    ...(isPassedOn ? [] : ['the reports of SES do not reach the bounces queue']),
  ]
}

export const dataRules = {
  theLedgerCanBeRecovered,
  theLedgerHasItsIndexes,
  everythingIsEncrypted,
  productionIsKept,
  bouncesReachTheirQueue,
}
