import { z } from 'zod'
import { allOf, Document, endOf, functions, queues, resourcesOf, roles, type Rule } from './rule.ts'
import type { Graph } from '../graph/resource.ts'

const daySeconds = 24 * 60 * 60

const mappings = (graph: Graph) =>
  allOf(
    graph,
    'aws:lambda/eventSourceMapping:EventSourceMapping',
    z.object({
      eventSourceArn: z.string(),
      functionName: z.string(),
      functionResponseTypes: z.array(z.string()).default([]),
      maximumBatchingWindowInSeconds: z.number().default(0),
      scalingConfig: z.object({ maximumConcurrency: z.number() }).optional(),
    }),
  )

const isDeadLetters = (name: string): boolean => /-(dead-letters|missed-runs)$/.test(name)

const workQueuesHaveDeadLetters: Rule = (graph) => {
  const all = queues(graph)
  const names = new Set(all.map(({ inputs }) => inputs.name))
  return all.flatMap(({ name, inputs }) => {
    if (isDeadLetters(inputs.name)) return []
    const { redrivePolicy } = inputs
    if (redrivePolicy === undefined) return [`${name} has no dead-letter queue`]
    const target = endOf(redrivePolicy.deadLetterTargetArn)
    return [
      ...(target === `${inputs.name}-dead-letters` && names.has(target)
        ? []
        : [`${name} sends its dead letters to ${target}`]),
      ...(redrivePolicy.maxReceiveCount >= 5 ? [] : [`${name} allows too few receives for Lambda`]),
    ]
  })
}

const deadLettersComeFromTheirQueueOnly: Rule = (graph) => {
  const allowed = allOf(
    graph,
    'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
    z.object({
      queueUrl: z.string(),
      redriveAllowPolicy: z.object({
        redrivePermission: z.literal('byQueue'),
        sourceQueueArns: z.array(z.string()),
      }),
    }),
  )
  return queues(graph)
    .filter(({ inputs }) => inputs.redrivePolicy !== undefined)
    .flatMap(({ name, inputs }) => {
      const own = allowed.find(({ inputs: { queueUrl } }) =>
        queueUrl.endsWith(`/${inputs.name}-dead-letters`),
      )
      const sources = own?.inputs.redriveAllowPolicy.sourceQueueArns.map(endOf)
      return sources?.join() === inputs.name
        ? []
        : [`any queue may send its dead letters to ${name}`]
    })
}

/** The retention of a dead letter counts from when the message was first sent. */
const retentionIsFourDaysAndFourteen: Rule = (graph) =>
  queues(graph).flatMap(({ name, inputs }) => {
    const days = isDeadLetters(inputs.name) ? 14 : 4
    return inputs.messageRetentionSeconds === days * daySeconds
      ? []
      : [`${name} does not keep messages for ${days} days`]
  })

const visibilityOutlastsTheConsumer: Rule = (graph) =>
  mappings(graph).flatMap(({ name, inputs }) => {
    const queue = queues(graph).find((one) => one.inputs.name === endOf(inputs.eventSourceArn))
    const fn = functions(graph).find((one) => one.inputs.name === endOf(inputs.functionName))
    if (queue === undefined || fn === undefined)
      return [`${name} does not connect a queue and a function`]
    const least = 6 * fn.inputs.timeout + inputs.maximumBatchingWindowInSeconds
    return queue.inputs.visibilityTimeoutSeconds >= least
      ? []
      : [`${queue.name} has a visibility timeout of less than ${least} seconds`]
  })

const consumersAnswerForEachMessage: Rule = (graph) =>
  mappings(graph).flatMap(({ name, inputs }) =>
    inputs.functionResponseTypes.includes('ReportBatchItemFailures')
      ? []
      : [`${name} delivers the whole batch again when one message fails`],
  )

const concurrencyIsBoundedAtTheQueue: Rule = (graph) => [
  ...mappings(graph).flatMap(({ name, inputs: { scalingConfig } }) =>
    scalingConfig !== undefined && scalingConfig.maximumConcurrency >= 2
      ? []
      : [`${name} has no MaximumConcurrency`],
  ),
  ...functions(graph).flatMap(({ name, inputs }) =>
    inputs.reservedConcurrentExecutions === undefined
      ? []
      : [`${name} reserves concurrency, so its pollers use up receives`],
  ),
]

const everyWorkQueueIsConsumedOnce: Rule = (graph) =>
  queues(graph)
    .filter(({ inputs }) => !isDeadLetters(inputs.name))
    .flatMap(({ name, inputs }) => {
      const own = mappings(graph).filter((one) => endOf(one.inputs.eventSourceArn) === inputs.name)
      return own.length === 1 ? [] : [`${name} has ${own.length} consumers`]
    })

const policiesOfQueues = (graph: Graph) =>
  allOf(
    graph,
    'aws:sqs/queuePolicy:QueuePolicy',
    z.object({ queueUrl: z.string(), policy: Document }),
  )

const queuesTakeTlsOnly: Rule = (graph) =>
  queues(graph).flatMap(({ name, inputs }) => {
    const own = policiesOfQueues(graph).find(({ inputs: { queueUrl } }) =>
      queueUrl.endsWith(`/${inputs.name}`),
    )
    const isDenied = own?.inputs.policy.Statement.some(
      ({ Effect, Principal, Action, Condition }) =>
        Effect === 'Deny' &&
        Principal === '*' &&
        Action.join() === 'sqs:*' &&
        JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
    )
    return isDenied === true ? [] : [`${name} can be used without TLS`]
  })

/** Only roles whose own policy allows sending may send, by name; nobody else in the account. */
const queuesTakeMessagesOfTheirSendersOnly: Rule = (graph) =>
  queues(graph).flatMap(({ name, inputs }) => {
    const own = policiesOfQueues(graph).find(({ inputs: { queueUrl } }) =>
      queueUrl.endsWith(`/${inputs.name}`),
    )
    const denial = own?.inputs.policy.Statement.find(
      ({ Effect, Action }) => Effect === 'Deny' && Action.join() === 'sqs:SendMessage',
    )
    if (denial === undefined) return [`anybody in the account may send to ${name}`]
    const named = z
      .array(z.string())
      .default([])
      .parse(denial.Condition?.['ArnNotLike']?.['aws:PrincipalArn'])
    const wanted = roles(graph)
      .filter((role) =>
        role.inputs.inlinePolicies.some(({ policy }) =>
          policy.Statement.some(
            (statement) =>
              statement.Action.includes('sqs:SendMessage') &&
              resourcesOf(statement).some((arn) => endOf(arn) === inputs.name),
          ),
        ),
      )
      .map((role) => role.inputs.name)
    const isExact = named.map(endOf).sort().join() === wanted.sort().join()
    return isExact ? [] : [`${name} accepts messages from ${named.join(', ')}`]
  })

export const queueRules = {
  workQueuesHaveDeadLetters,
  deadLettersComeFromTheirQueueOnly,
  retentionIsFourDaysAndFourteen,
  visibilityOutlastsTheConsumer,
  consumersAnswerForEachMessage,
  concurrencyIsBoundedAtTheQueue,
  everyWorkQueueIsConsumedOnce,
  queuesTakeTlsOnly,
  queuesTakeMessagesOfTheirSendersOnly,
}
