import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTableInput } from '@keynag/aws'
import {
  CallCounts,
  Faults,
  startAws,
  VirtualClock,
  World,
  type WorldOptions,
} from '@keynag/fake-aws/aws'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'
import { seededRandom } from '@keynag/core/seeded-random'
import { configurationSet, createStageQueues, ledgerTable, region } from './resources.ts'
import { hubAccountId, hubRoleName, installHubRole, managementAccountId } from './roles.ts'
import { startSes } from '@keynag/fake-aws/ses'
import { startSlack, type SlackUser } from '@keynag/fake-aws/slack'
import { startSqs } from '@keynag/fake-aws/sqs'
import { LeakDetector } from './leak-detector.ts'

const yearsMs = 30 * 365 * 86_400_000

export interface EmulatorOptions {
  readonly startAt: number
  readonly seed: number
  /** Fills the world before the services start; returns the people who are on Slack. */
  readonly populate: (world: World, random: () => number) => readonly SlackUser[]
  readonly world?: Partial<WorldOptions>
  /** Whether to search every request to DynamoDB, SQS, SES and Slack for secrets. */
  readonly detectLeaks?: boolean
  /** Counts every call before it is answered. */
  readonly calls?: CallCounts
  /** The visibility time-out of the queues, in real seconds. */
  readonly visibilityTimeoutSeconds?: number
}

export type Emulators = Awaited<ReturnType<typeof startEmulators>>

/** Starts the simulated AWS and Slack on loopback, with keynag's table, queues and hub role. */
export async function startEmulators(options: EmulatorOptions) {
  const random = seededRandom(options.seed)
  const clock = new VirtualClock(options.startAt)
  const world = new World({
    clock,
    random,
    managementAccountId,
    delegatedAdminIds: [hubAccountId],
    ...options.world,
  })
  const slackUsers = options.populate(world, random)
  installHubRole(world)
  const { calls = new CallCounts() } = options
  const faults = new Faults()
  const leakDetector = new LeakDetector(world)
  const tapped = options.detectLeaks === true ? { tap: leakDetector.tap } : {}
  const aws = await startAws({ world, clock, calls, faults })
  const dynamoDb = await startDynamoDb({ calls, clock, ...tapped })
  const sqs = await startSqs({ calls, region, delays: 'skipped', ...tapped })
  const ses = await startSes({
    calls,
    clock,
    identities: ['example.com'],
    configurationSets: [configurationSet],
    ...tapped,
  })
  const slack = await startSlack({
    calls,
    clock,
    users: slackUsers,
    channels: [
      { id: 'C00000001', name: 'security' },
      { id: 'C00000002', name: 'access-keys' },
    ],
    ...tapped,
  })
  const { queues, bounces, queueUrls, deadLetterUrls } = await createStageQueues(
    sqs,
    options.visibilityTimeoutSeconds,
  )
  const credentials = world.credentialsForRole(hubAccountId, hubRoleName, 'keynag-sandbox', yearsMs)
  const dynamoClient = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials })
  await dynamoClient.send(new CreateTableCommand(createTableInput(ledgerTable)))
  dynamoClient.destroy()
  return {
    world,
    clock,
    calls,
    faults,
    leakDetector,
    dynamoDb,
    sqs,
    ses,
    slack,
    awsUrl: aws.url,
    queues,
    bounces,
    /** The addresses and credentials that keynag needs, as plain data for another process. */
    addresses: {
      credentials,
      aws: aws.url,
      dynamodb: dynamoDb.url,
      sqs: sqs.url,
      ses: ses.url,
      slack: slack.apiUrl,
      queueUrls,
      deadLetterUrls,
    },
    close: async (): Promise<void> => {
      for (const server of [aws, dynamoDb, sqs, ses, slack]) await server.close()
    },
  }
}
