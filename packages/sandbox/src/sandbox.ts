import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import {
  epochMs,
  queueRules,
  stageQueues,
  type Clock,
  type Organization,
  type StageQueue,
} from '@keynag/core'
import { schedules } from '@keynag/engine'
import { CallCounts } from '@keynag/fake-aws/aws'
import { startEmulators, type EmulatorOptions } from './emulators.ts'
import { drain, EventSourceMapping } from '@keynag/fake-aws/lambda'
import { Witness } from './witness.ts'
import { seededRandom, seededUuid } from '@keynag/core/seeded-random'
import { region } from './resources.ts'
import { queueHandlers, sandboxPorts } from './sandbox-ports.ts'

export interface SandboxOptions extends EmulatorOptions {
  /** Asked at each use, so that a policy can be armed while the sandbox runs. */
  readonly organization: () => Organization
  /** A file that gets every log line. */
  readonly logPath?: string
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/**
 * An AWS Organization on loopback with keynag at work in it: real handlers, real SDK calls over
 * HTTP, real queues, a real table, and a clock that only moves when it is told to.
 */
export async function startSandbox(options: SandboxOptions) {
  const witness = new Witness()
  const seen = new CallCounts((...call) => witness.see(...call))
  const emulators = await startEmulators({ calls: seen, ...options })
  const { world, clock: virtual, calls, faults, sqs, ses, slack, wiretap, addresses } = emulators
  const clock: Clock = {
    now: () => epochMs(virtual.now()),
    sleep: (ms) => virtual.sleep(ms),
  }
  const ids = seededRandom(options.seed + 1)
  const ports = sandboxPorts({
    addresses,
    organization: options.organization,
    clock,
    random: seededRandom(options.seed + 2),
    uuid: () => seededUuid(ids),
    logPath: options.logPath,
  })
  const { credentials } = addresses
  const sqsClient = new SQSClient({ endpoint: sqs.url, region, credentials })
  const unwatched = queueHandlers(ports)
  const run = schedules(ports)
  const consumerNames = {
    scan: 'scanner',
    notify: 'notifier',
    escalate: 'escalator',
    rotate: 'rotator',
    bounces: 'bounces',
  } as const satisfies Readonly<Record<StageQueue, string>>
  const queues = { ...emulators.queues, bounces: emulators.bounces }
  // Scans go first, so that a reminder finds all of an owner's keys.
  const mappings = stageQueues.map(
    (name, priority) =>
      new EventSourceMapping({
        name,
        client: sqsClient,
        queue: queues[name],
        handler: witness.watching(consumerNames[name], unwatched[name]),
        batchSize: queueRules[name].batchSize,
        maximumConcurrency: 1,
        priority,
        timeoutSeconds: queueRules[name].timeoutSeconds,
        depth: () => sqs.depth(queues[name].name),
      }),
  )
  /** What SNS does with what SES publishes: a raw message in the queue. */
  const publishReturns = async (): Promise<number> => {
    const returns = ses.takeReturns()
    for (const { body } of returns) {
      const message = { QueueUrl: emulators.bounces.url, MessageBody: body }
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
    awsUrl: emulators.awsUrl,
    dynamoDbUrl: addresses.dynamodb,
    queues: emulators.queues,
    queueUrls: addresses.queueUrls,
    bouncesUrl: emulators.bounces.url,
    wiretap,
    schedule: {
      plan: witness.watching('planner', run.planner),
      sweep: witness.watching('sweeper', run.sweeper),
      digest: witness.watching('digest', run.digest),
    },
    drain: async () => {
      do await drain(mappings)
      while ((await publishReturns()) > 0)
    },
    /** Leaves the ledger's table in a folder. */
    saveLedger: (path: string) => emulators.dynamoDb.saveTo(path),
    close: async (): Promise<void> => {
      sqsClient.destroy()
      await emulators.close()
    },
  }
}
