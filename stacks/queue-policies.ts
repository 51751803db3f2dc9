import type { Organization } from '@keynag/core'
import {
  hubOperations,
  type FunctionName,
  type HubResource,
} from '../packages/aws/src/roles/operations.ts'
import { titleOf, type WorkQueues } from './queues.ts'

type Arn = $util.Output<string>

export interface Senders {
  readonly functions: Readonly<Record<FunctionName, sst.aws.Function>>
  readonly runs: readonly sst.aws.CronV2[]
  readonly mailEvents: aws.sns.Topic
  readonly operators: Organization['operators']
}

/**
 * A sender could forge an event. So each queue accepts messages only from the roles that send to it and
 * from the operators' roles, whatever the account's other policies allow, and only over TLS.
 */
export function guardQueues(
  queues: WorkQueues,
  missedRuns: sst.aws.Queue,
  { functions, runs, mailEvents, operators }: Senders,
): void {
  const rolesSendingTo = (target: HubResource): readonly Arn[] =>
    Object.entries(functions).flatMap(([name, fn]) =>
      sends(name, target) ? [fn.nodes.role.arn] : [],
    )
  for (const { name, queue, deadLetters } of Object.values(queues)) {
    const topics = name === 'bounces' ? [mailEvents.arn] : []
    guard(titleOf(name), queue, { roles: rolesSendingTo(`queue:${name}`), topics, operators })
    guard(`${titleOf(name)}DeadLetters`, deadLetters, {
      roles: rolesSendingTo(`dead-letters:${name}`),
      topics,
      operators,
    })
  }
  const schedulers = runs.map((run) => run.nodes.role.arn)
  guard('MissedRuns', missedRuns, {
    roles: [...rolesSendingTo('missed-runs'), ...schedulers],
    topics: [],
    operators,
  })
}

const operations: Readonly<Record<string, (typeof hubOperations)[FunctionName]>> = hubOperations

const sends = (name: string, target: HubResource): boolean =>
  (operations[name] ?? []).some(
    ({ actions, on }) => on.includes(target) && actions.includes('sqs:SendMessage'),
  )

function guard(
  title: string,
  { arn, url }: sst.aws.Queue,
  {
    roles,
    topics,
    operators,
  }: {
    readonly roles: readonly Arn[]
    readonly topics: readonly Arn[]
    readonly operators: readonly string[]
  },
): void {
  const senders = [...roles, ...operators]
  new aws.sqs.QueuePolicy(`${title}Policy`, {
    queueUrl: url,
    policy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OnlyByTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          // SNS is a service and not a principal here; so is SQS when it moves dead letters.
          Sid: 'OnlyFromItsSenders',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: {
            Bool: { 'aws:PrincipalIsAWSService': 'false' },
            ...(senders.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': senders } }),
          },
        },
        ...topics.map((topic) => ({
          Sid: 'MailEvents',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: { ArnEquals: { 'aws:SourceArn': topic } },
        })),
      ],
    }),
  })
}
