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
import type { SqsHandler } from '@keynag/functions'
import { CallCounts } from '@keynag/fake-aws/aws'
import { startEmulators, type EmulatorOptions } from './emulators.ts'
import { drain, EventSourceMapping } from '@keynag/fake-aws/lambda'
import { PermissionRecorder } from './permission-recorder.ts'
import { seededRandom, seededUuid } from '@keynag/core/seeded-random'
import { region } from './resources.ts'
import { queueHandlers, sandboxPorts } from './sandbox-ports.ts'

export interface SandboxOptions extends EmulatorOptions {
  /** Called at each use, so that a policy can be armed while the sandbox runs. */
  readonly organization: () => Organization
  /** The file to which every log line is appended. */
  readonly logPath?: string
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/**
 * Starts a simulated AWS Organization on loopback with keynag at work in it: keynag's real handlers
 * make real SDK calls over HTTP to the simulated services. The clock moves only when the caller
 * moves it.
 */
export async function startSandbox(options: SandboxOptions) {
  const permissions = new PermissionRecorder()
  const seen = new CallCounts((...call) => permissions.record(...call))
  const emulators = await startEmulators({ calls: seen, ...options })
  const {
    world,
    clock: virtual,
    calls,
    faults,
    sqs,
    ses,
    slack,
    leakDetector,
    addresses,
  } = emulators
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
  const broken = new Set<StageQueue>()
  const handlerOf = (name: StageQueue): SqsHandler => {
    const handler = permissions.recording(consumerNames[name], unwatched[name])
    return async (event, context) => {
      if (broken.has(name)) throw new Error(`the release of the ${consumerNames[name]} is broken`)
      return handler(event, context)
    }
  }
  // The scan queue has priority, so that a reminder includes all keys of an owner.
  const mappings = stageQueues.map(
    (name, priority) =>
      new EventSourceMapping({
        name,
        client: sqsClient,
        queue: queues[name],
        handler: handlerOf(name),
        batchSize: queueRules[name].batchSize,
        maximumConcurrency: 1,
        priority,
        timeoutSeconds: queueRules[name].timeoutSeconds,
        depth: () => sqs.depth(queues[name].name),
      }),
  )
  /** Does SNS's part: puts SES's bounce and complaint events into the queue as raw messages. */
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
    /** The consumers of these queues fail with each message, as after a bad release. */
    broken,
    permissions,
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
    leakDetector,
    schedule: {
      plan: permissions.recording('planner', run.planner),
      sweep: permissions.recording('sweeper', run.sweeper),
      digest: permissions.recording('digest', run.digest),
    },
    drain: async () => {
      do await drain(mappings)
      while ((await publishReturns()) > 0)
    },
    /** Writes the ledger's table to a folder. */
    saveLedger: (path: string) => emulators.dynamoDb.saveTo(path),
    close: async (): Promise<void> => {
      sqsClient.destroy()
      await emulators.close()
    },
  }
}
