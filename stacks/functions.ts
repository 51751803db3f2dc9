import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { nagDelaySeconds } from '../packages/core/src/stage/queue-rules.ts'
import type { FunctionName } from '../packages/aws/src/roles/operations.ts'
import type { Environment } from '../packages/functions/src/environment.ts'
import { keepOwnLogs } from './logs.ts'
import { permissionsOf, readsSlackToken } from './permissions.ts'
import { titleOf, type WorkQueue } from './queues.ts'
import type { Wiring } from './wiring.ts'

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
        // AWS's policy for logs is about every log group there is; `writeOwnLogs` is not.
        role.managedPolicyArns = []
        if (typeof own === 'function') own(role, options, name)
        else Object.assign(role, own)
        return undefined
      },
    }
  })
}

/** One of keynag's functions, with the permissions of its operations: there are no links. */
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

/** Every function parses all of it; Lambda sets the Region. */
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

/** Gives a queue its one consumer. */
export function consumeQueue({ queue, rule }: WorkQueue, consumer: sst.aws.Function): void {
  const { batchSize, windowSeconds, concurrency } = rule
  queue.subscribe(consumer.arn, {
    batch: { size: batchSize, window: `${windowSeconds} seconds`, partialResponses: true },
    transform: {
      // Reserved concurrency would make the pollers burn receives on messages they cannot place.
      eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } },
    },
  })
}
