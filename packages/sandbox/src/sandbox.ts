import { appendFileSync } from 'node:fs'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SESClient } from '@aws-sdk/client-ses'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { connect, createTableInput } from '@keynag/aws'
import { createMessenger } from '@keynag/channels'
import { epochMs, queueNames, type Clock, type Organization, type QueueName } from '@keynag/core'
import {
  bounces,
  digest,
  escalator,
  notifier,
  planner,
  rotator,
  scanner,
  sweeper,
  type Ports,
  type QueueHandler,
  type Telemetry,
} from '@keynag/functions'
import {
  CallCounts,
  Faults,
  startAws,
  VirtualClock,
  World,
  type WorldOptions,
} from './aws/index.ts'
import { startDynamoDb } from './dynamodb/index.ts'
import { drain, EventSourceMapping } from './lambda/index.ts'
import { Witness } from './permissions/witness.ts'
import { seededRandom, seededUuid } from './random.ts'
import { configurationSet, createStageQueues, ledgerTable, region } from './resources.ts'
import { hubAccountId, hubRoleName, installHubRole, managementAccountId } from './roles.ts'
import { startSes } from './ses/index.ts'
import { startSlack, type SlackUser } from './slack/index.ts'
import { startSqs } from './sqs/index.ts'

const yearsMs = 30 * 365 * 86_400_000

export interface SandboxOptions {
  readonly startAt: number
  readonly seed: number
  /** Fills the world before anything starts; hands back who is on Slack. */
  readonly populate: (world: World, random: () => number) => readonly SlackUser[]
  /** Asked at each use, so that a policy can be armed while the sandbox runs. */
  readonly organization: () => Organization
  /** A file that gets every log line. */
  readonly logPath?: string
  readonly world?: Partial<WorldOptions>
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/**
 * An AWS Organization on loopback with keynag at work in it: real handlers, real SDK calls over
 * HTTP, real queues, a real table, and a clock that only moves when it is told to.
 */
export async function startSandbox(options: SandboxOptions) {
  const random = seededRandom(options.seed)
  const virtual = new VirtualClock(options.startAt)
  const world = new World({
    clock: virtual,
    random,
    managementAccountId,
    delegatedAdminIds: [hubAccountId],
    ...options.world,
  })
  const slackUsers = options.populate(world, random)
  installHubRole(world)
  const witness = new Witness()
  const calls = new CallCounts((...call) => witness.see(...call))
  const faults = new Faults()
  const aws = await startAws({ world, clock: virtual, calls, faults })
  const dynamoDb = await startDynamoDb({
    calls,
    clock: virtual,
  })
  const sqs = await startSqs({ calls, region, delays: 'skipped' })
  const ses = await startSes({
    calls,
    clock: virtual,
    identities: ['example.com'],
    configurationSets: [configurationSet],
  })
  const slack = await startSlack({
    calls,
    clock: virtual,
    users: slackUsers,
    channels: [
      { id: 'C00000001', name: 'security' },
      { id: 'C00000002', name: 'access-keys' },
    ],
  })
  const close = async (): Promise<void> => {
    for (const server of [aws, dynamoDb, sqs, ses, slack]) await server.close()
  }

  const stageQueues = await createStageQueues(sqs)
  const { queues, queueUrls, deadLetterUrls } = stageQueues
  const hub = world.credentialsForRole(hubAccountId, hubRoleName, 'keynag-sandbox', yearsMs)
  const dynamoClient = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials: hub })
  await dynamoClient.send(new CreateTableCommand(createTableInput(ledgerTable)))
  dynamoClient.destroy()

  const clock: Clock = {
    now: () => epochMs(virtual.now()),
    sleep: (ms) => virtual.sleep(ms),
  }
  const telemetry = recorder(clock, options.logPath)
  const connected = connect({
    region,
    organization: options.organization(),
    clock,
    ledgerTable,
    queueUrls,
    deadLetterUrls,
    nagDelaySeconds: 0,
    random: seededRandom(options.seed + 2),
    credentials: hub,
    endpoints: {
      cloudtrail: aws.url,
      dynamodb: dynamoDb.url,
      iam: aws.url,
      organizations: aws.url,
      secretsmanager: aws.url,
      sqs: sqs.url,
      sts: aws.url,
    },
  })
  const ids = seededRandom(options.seed + 1)
  const ports: Ports = {
    ...connected,
    clock,
    ids: { uuid: () => seededUuid(ids) },
    messenger: createMessenger({
      slack: { token: 'xoxb-sandbox', slackApiUrl: slack.apiUrl, sleep: (ms) => virtual.sleep(ms) },
      email: {
        ...options.organization().mail,
        client: new SESClient({ endpoint: ses.url, region, credentials: hub, maxAttempts: 1 }),
      },
    }),
    get organization() {
      return options.organization()
    },
    telemetry,
    source: 'keynag/sandbox',
  }
  const sqsClient = new SQSClient({ endpoint: sqs.url, region, credentials: hub })
  const handlers: Record<QueueName, QueueHandler> = {
    scan: witness.watching('scanner', scanner(ports)),
    notify: witness.watching('notifier', notifier(ports)),
    escalate: witness.watching('escalator', escalator(ports)),
    rotate: witness.watching('rotator', rotator(ports)),
  }
  // Scans go first, so that a reminder finds all of an owner's keys.
  const mappings = queueNames.map((name, index) => {
    const queue = queues[name]
    return new EventSourceMapping({
      name,
      client: sqsClient,
      queue,
      handler: handlers[name],
      maximumConcurrency: 1,
      priority: index,
      timeoutSeconds: 300,
      depth: () => sqs.depth(queue.name),
    })
  })
  mappings.push(
    new EventSourceMapping({
      name: 'bounces',
      client: sqsClient,
      queue: stageQueues.bounces,
      handler: witness.watching('bounces', bounces(ports)),
      maximumConcurrency: 1,
      timeoutSeconds: 60,
      depth: () => sqs.depth(stageQueues.bounces.name),
    }),
  )
  /** What SNS does with what SES publishes: a raw message in the queue. */
  const publishReturns = async (): Promise<number> => {
    const returns = ses.takeReturns()
    for (const { body } of returns) {
      const message = { QueueUrl: stageQueues.bounces.url, MessageBody: body }
      await sqsClient.send(new SendMessageCommand(message))
    }
    return returns.length
  }
  return {
    world,
    clock: virtual,
    calls,
    witness,
    faults,
    ports,
    sqs,
    ses,
    slack,
    sqsClient,
    awsUrl: aws.url,
    queues,
    dynamoDbUrl: dynamoDb.url,
    queueUrls,
    bouncesUrl: stageQueues.bounces.url,
    schedule: {
      plan: witness.watching('planner', planner(ports)),
      sweep: witness.watching('sweeper', sweeper(ports)),
      digest: witness.watching('digest', digest(ports)),
    },
    drain: async () => {
      do await drain(mappings)
      while ((await publishReturns()) > 0)
    },
    /** Leaves the ledger's table in a folder. */
    saveLedger: (path: string) => dynamoDb.saveTo(path),
    close: async (): Promise<void> => {
      sqsClient.destroy()
      await close()
    },
  }
}

/** Logs to a file, one JSON object a line; nothing reaches the terminal. */
function recorder(clock: Clock, path: string | undefined): Telemetry {
  const write = (level: string) => (sentence: string, fields?: object) => {
    if (path === undefined) return
    const time = new Date(clock.now()).toISOString()
    appendFileSync(path, `${JSON.stringify({ time, level, sentence, ...printable(fields) })}\n`)
  }
  const count = write('metric')
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    count: (metric, value) => count(metric, { value }),
  }
}

const printable = (fields: object = {}): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error
        ? { name: value.name, message: value.message, stack: value.stack }
        : value,
    ]),
  )
