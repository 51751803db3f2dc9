import type { Organization, QueueName } from '@keynag/core'
import type { MemberRole } from './member-roles.ts'
import type { WorkQueue, WorkQueues } from './queues.ts'

type Permission = Parameters<typeof sst.aws.permission>[0]

/** What every function is wired to. */
export interface Wiring {
  readonly ledger: sst.aws.Dynamo
  readonly queues: WorkQueues
  /** The organisation's own settings, from keynag.config.ts. */
  readonly settings: Organization
  readonly organizationId: string
}

/** Where the functions write their metrics and the alarms look for them. */
export const metrics = () => ({ namespace: 'keynag', service: `keynag-${$app.stage}` })

/**
 * Lets Lambda alone assume the functions' roles. SST 4.17.1 means to trust the account's root in
 * `sst dev` only, but tests an Output for truth, and so does it in every stage.
 */
export function trustLambdaOnly(): void {
  if ($dev) return
  $transform(sst.aws.Function, (args) => {
    const own = args.transform?.role
    args.transform = {
      ...args.transform,
      role: (role, options, name) => {
        role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({
          Service: 'lambda.amazonaws.com',
        })
        if (typeof own === 'function') own(role, options, name)
        else Object.assign(role, own)
        return undefined
      },
    }
  })
}

/** One of keynag's functions, with `permissions` and nothing else: there are no links. */
export function createFunction(
  name: string,
  wiring: Wiring,
  {
    timeoutSeconds,
    memory,
    permissions,
    environment,
  }: {
    timeoutSeconds: number
    memory: `${number} MB`
    permissions: Permission[]
    environment?: Record<string, $util.Input<string>>
  },
): sst.aws.Function {
  return new sst.aws.Function(name, {
    handler: `packages/functions/src/${name.toLowerCase()}/handler.handler`,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    timeout: `${timeoutSeconds} seconds`,
    memory,
    permissions,
    environment: { ...environmentOf(wiring), ...environment },
    logging: { format: 'json', retention: $app.stage === 'production' ? '1 year' : '2 weeks' },
  })
}

function environmentOf({ ledger, queues }: Wiring): Record<string, $util.Input<string>> {
  const { namespace, service } = metrics()
  return {
    KEYNAG_STAGE: $app.stage,
    KEYNAG_LEDGER_TABLE: ledger.name,
    KEYNAG_QUEUE_SCAN: queues.scan.queue.url,
    KEYNAG_QUEUE_NOTIFY: queues.notify.queue.url,
    KEYNAG_QUEUE_ESCALATE: queues.escalate.queue.url,
    KEYNAG_QUEUE_ROTATE: queues.rotate.queue.url,
    KEYNAG_DEAD_LETTERS_SCAN: queues.scan.deadLetters.url,
    KEYNAG_DEAD_LETTERS_NOTIFY: queues.notify.deadLetters.url,
    KEYNAG_DEAD_LETTERS_ESCALATE: queues.escalate.deadLetters.url,
    KEYNAG_DEAD_LETTERS_ROTATE: queues.rotate.deadLetters.url,
    POWERTOOLS_SERVICE_NAME: service,
    POWERTOOLS_METRICS_NAMESPACE: namespace,
  }
}

/** Gives a queue its one consumer, at most `concurrency` invocations at a time. */
export function consumeQueue(
  { queue }: WorkQueue,
  consumer: sst.aws.Function,
  { batchSize, concurrency }: { batchSize: number; concurrency: number },
): void {
  queue.subscribe(consumer.arn, {
    batch: { size: batchSize, partialResponses: true },
    transform: {
      // Reserved concurrency would make the pollers burn receives on messages they cannot place.
      eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } },
    },
  })
}

/** Reads of the ledger; transactions need what the writes in them need. */
export const readsLedger = ({ ledger }: Wiring): Permission => ({
  actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  resources: [ledger.arn, $interpolate`${ledger.arn}/index/*`],
})

/** For reports, which go through every entry. */
export const scansLedger = ({ ledger }: Wiring): Permission => ({
  actions: ['dynamodb:Scan'],
  resources: [ledger.arn],
})

export const writesLedger = ({ ledger }: Wiring): Permission => ({
  actions: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  resources: [ledger.arn],
})

export const sendsTo = ({ queues }: Wiring, ...names: QueueName[]): Permission => ({
  actions: ['sqs:SendMessage'],
  resources: names.map((name) => queues[name].queue.arn),
})

/** What a consumer needs on its own queue: to receive, and to park what can never succeed. */
export const consumes = ({ queues }: Wiring, name: QueueName): Permission[] => [
  {
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: [queues[name].queue.arn],
  },
  { actions: ['sqs:SendMessage'], resources: [queues[name].deadLetters.arn] },
]

/**
 * The role of this name in every account of the organisation and in no other: accounts come and go,
 * so their numbers cannot be listed here.
 */
export const assumesMemberRoles = (
  { organizationId, settings }: Wiring,
  ...roles: MemberRole[]
): Permission => ({
  actions: ['sts:AssumeRole'],
  resources: roles.map((role) => `arn:aws:iam::*:role/${settings.memberRoles[role]}`),
  conditions: [{ test: 'StringEquals', variable: 'aws:ResourceOrgID', values: [organizationId] }],
})

/** Mail from the organisation's sender, whichever verified identity that belongs to. */
export const sendsMail = ({ settings }: Wiring): Permission => ({
  actions: ['ses:SendEmail', 'ses:SendRawEmail'],
  resources: [
    $interpolate`arn:aws:ses:${aws.getRegionOutput().region}:${
      aws.getCallerIdentityOutput().accountId
    }:identity/*`,
  ],
  conditions: [{ test: 'StringEquals', variable: 'ses:FromAddress', values: [settings.mail.from] }],
})
