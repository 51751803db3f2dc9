import type { Organization } from '@keynag/core'
import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { nagDelaySeconds } from '../packages/core/src/stage/queue-rules.ts'
import type { FunctionName } from '../packages/aws/src/roles/operations.ts'
import type { Environment } from '../packages/functions/src/environment.ts'
import type { Hub } from './hub.ts'
import { keepOwnLogs } from './logs.ts'
import { permissionsOf, readsSlackToken } from './permissions.ts'
import { titleOf, type WorkQueue, type WorkQueues } from './queues.ts'

/** The resources that every function uses. */
export interface Wiring {
  readonly hub: Hub
  readonly ledger: sst.aws.Dynamo
  readonly queues: WorkQueues
  /** The queue for runs that failed finally. */
  readonly missedRuns: sst.aws.Queue
  readonly slackToken: aws.secretsmanager.Secret | undefined
  /** SES reports bounces and complaints through this set. */
  readonly configurationSet: string
  /** The organisation's own settings, from keynag.config.ts. */
  readonly settings: Organization
}

/**
 * Lets only Lambda assume the functions' roles. SST 4.17.1 intends to trust the account's root in
 * `sst dev` only. It tests whether an Output is truthy, which is always so, and thus trusts the root
 * in every stage.
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
        // AWS's policy for logs allows every log group; `writeOwnLogs` allows only the function's own.
        role.managedPolicyArns = []
        if (typeof own === 'function') own(role, options, name)
        else Object.assign(role, own)
        return undefined
      },
    }
  })
}

/** One of keynag's functions, with permissions for its operations only. It uses no SST links. */
export function createFunction(
  name: FunctionName,
  wiring: Wiring,
  {
    timeoutSeconds,
    memory,
    title = titleOf(name),
  }: { timeoutSeconds: number; memory: `${number} MB`; title?: string },
): sst.aws.Function {
  const fn = new sst.aws.Function(title, {
    handler: `packages/functions/src/${name}/handler.handler`,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    timeout: `${timeoutSeconds} seconds`,
    memory,
    nodejs: { minify: true },
    permissions: permissionsOf(name, wiring),
    transform: { role: { name: resourceNames($app.stage).role(name) } },
    environment: {
      ...environmentOf(wiring),
      ...(wiring.slackToken !== undefined && readsSlackToken(name)
        ? { KEYNAG_SLACK_TOKEN_SECRET: wiring.slackToken.arn }
        : {}),
    },
    logging: { format: 'json', retention: $app.stage === 'production' ? '1 year' : '2 weeks' },
  })
  keepOwnLogs(title, fn, wiring.hub)
  return fn
}

/** Every function parses all of these variables. Lambda sets the Region. */
type Variables = Exclude<keyof Environment, 'AWS_REGION' | 'KEYNAG_SLACK_TOKEN_SECRET'>

const environmentOf = ({
  ledger,
  queues,
  configurationSet,
}: Wiring): Record<Variables, $util.Input<string>> => ({
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
  KEYNAG_NAG_DELAY_SECONDS: String(nagDelaySeconds),
  KEYNAG_MAIL_CONFIGURATION_SET: configurationSet,
})

/** Connects a queue to its only consumer. */
export function consumeQueue({ queue, rule }: WorkQueue, consumer: sst.aws.Function): void {
  const { batchSize, windowSeconds, concurrency } = rule
  queue.subscribe(consumer.arn, {
    batch: { size: batchSize, window: `${windowSeconds} seconds`, partialResponses: true },
    transform: {
      // With reserved concurrency the pollers would use up receives on messages that they cannot hand over.
      eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } },
    },
  })
}
