import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { connect, createTableInput } from '@keynag/aws'
import { createMessenger } from '@keynag/channels'
import {
  dayMs,
  epochMs,
  hourMs,
  queueNames,
  queueRules,
  scheduleRules,
  type Clock,
  type Organization,
} from '@keynag/core'
import { consumers, schedules, type Ports, type Telemetry } from '@keynag/engine'
import { sqsHandler } from '@keynag/functions'
import type { VirtualClock } from '@keynag/fake-aws/aws'
import { createQueuePairs, urlsOf } from '../queues/queue-pairs.ts'
import { drain, EventSourceMapping } from '@keynag/fake-aws/lambda'
import { seededRandom, seededUuid } from '@keynag/core/seeded-random'
import { quietWorker } from './quiet-worker.ts'
import { region, type MotoOrganization } from './moto-organization.ts'
import { startTrail } from './trail.ts'

const ledgerTable = 'keynag-ledger'
const scanAt = scheduleRules.planner.hour
const sweepsAt = [9, 15] as const
const eveningAt = 20

/** How messages get to their handlers: by Lambda's event source mappings, or by `keynag worker`. */
export type By = 'mappings' | 'worker'

/** Runs keynag's functions on moto's tables, queues, accounts and mail, with a virtual clock. */
export async function keynagOn(
  moto: MotoOrganization,
  virtual: VirtualClock,
  organization: Organization,
  by: By,
) {
  const config = { endpoint: moto.url, region, credentials: moto.hub }
  const sqs = new SQSClient(config)
  const dynamoDb = new DynamoDBClient(config)
  await dynamoDb.send(new CreateTableCommand(createTableInput(ledgerTable)))
  dynamoDb.destroy()
  const { maxReceiveCount } = queueRules.scan
  const rules = { visibilityTimeoutSeconds: 60, maxReceiveCount }
  const pairs = await createQueuePairs(sqs, 'keynag', rules)

  const clock: Clock = { now: () => epochMs(virtual.now()), sleep: (ms) => virtual.sleep(ms) }
  const warnings: string[] = []
  const recordWarning = (sentence: string, fields: object = {}): void => {
    warnings.push(`${sentence} ${JSON.stringify(fields)}`)
  }
  const telemetry: Telemetry = {
    info: () => {},
    warn: recordWarning,
    error: recordWarning,
    count: () => {},
  }
  const trail = await startTrail(moto.url, virtual)
  const ids = seededRandom(1)
  const ports: Ports = {
    ...connect({
      region,
      organization,
      clock,
      ledgerTable,
      queueUrls: urlsOf(pairs, 'queue'),
      deadLetterUrls: urlsOf(pairs, 'deadLetters'),
      nagDelaySeconds: 0,
      random: seededRandom(2),
      credentials: moto.hub,
      endpoints: {
        cloudtrail: trail.url,
        dynamodb: moto.url,
        iam: trail.url,
        organizations: moto.url,
        secretsmanager: moto.url,
        sqs: moto.url,
        sts: trail.url,
      },
    }),
    clock,
    ids: { uuid: () => seededUuid(ids) },
    messenger: createMessenger({
      email: {
        from: organization.mail.from,
        client: new SESv2Client({ ...config, maxAttempts: 1 }),
      },
    }),
    organization,
    telemetry,
    source: 'keynag/moto',
  }
  const worker =
    by === 'worker'
      ? quietWorker(ports, sqs, pairs, {
          region,
          credentials: moto.hub,
          endpoints: { sqs: moto.url },
        })
      : undefined
  const consumer = consumers(ports)
  const { planner, sweeper } = schedules(ports)
  const mappings = queueNames.map(
    (name, priority) =>
      new EventSourceMapping({
        name,
        client: sqs,
        queue: pairs[name].queue,
        handler: sqsHandler(consumer[name]),
        maximumConcurrency: 1,
        priority,
        batchSize: queueRules[name].batchSize,
        timeoutSeconds: queueRules[name].timeoutSeconds,
      }),
  )
  const run = async (schedule: () => Promise<unknown>): Promise<void> => {
    if (worker === undefined) {
      await schedule()
      await drain(mappings)
    } else {
      await worker.isQuiet()
    }
    await moto.dateBack(virtual.now())
  }
  /** Moves the clock to an hour of the day, unless a waiting handler has moved it past that hour. */
  const until = (midnight: number, hour: number): void =>
    virtual.set(Math.max(virtual.now(), midnight + hour * hourMs))

  return {
    ports,
    warnings,
    /** Simulates one day: a scan in the morning, two sweeps, and the people's actions at night. */
    liveOneDay: async (inTheEvening: () => Promise<void>): Promise<void> => {
      const midnight = Math.floor(virtual.now() / dayMs) * dayMs
      until(midnight, scanAt)
      await run(planner)
      for (const hour of sweepsAt) {
        until(midnight, hour)
        await run(sweeper)
      }
      until(midnight, eveningAt)
      await worker?.isQuiet()
      await inTheEvening()
      await moto.dateBack(virtual.now())
      virtual.set(midnight + dayMs)
    },
    /** The bodies in all dead-letter queues. */
    deadLetters: async (): Promise<readonly string[]> => {
      const bodies: string[] = []
      for (const name of queueNames) {
        const QueueUrl = pairs[name].deadLetters.url
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        )
        bodies.push(...Messages.map(({ Body = '' }) => Body))
      }
      return bodies
    },
    close: async (): Promise<void> => {
      await worker?.stop()
      sqs.destroy()
      await trail.close()
    },
  }
}
