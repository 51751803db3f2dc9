import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { isPortInUse, PortInUse, type Calls, type Loopback, type Tap } from '../loopback/index.ts'
import { openQueues, type Queue } from './fauxqs-store.ts'
import { readMessages, writeMessages } from './message-file.ts'
import {
  deadLetterName,
  isDeadLetterName,
  retentionSeconds,
  sandboxQueueAccount,
  type CreatedQueue,
  type QueueAddress,
  type QueueDefinition,
} from './queue-definition.ts'
import { refuseMessages } from './refuse-messages.ts'
import { restingIn, type RestingMessage } from './resting-message.ts'
import { skipDelays } from './skip-delays.ts'

export type SqsOptions = {
  calls: Calls
  tap?: Tap
  /** 0, the default, takes a free port. */
  port?: number
  /** The region in queue ARNs; default `us-east-1`. */
  region?: string
  /**
   * A folder that keeps messages from one run to the next. `close` writes it, and `createQueues`
   * reads it. A process that is killed loses its messages.
   */
  dataDir?: string
  /** `skipped` makes delayed messages visible at once, for use with a virtual clock; default `kept`. */
  delays?: 'kept' | 'skipped'
}

/** How many messages a queue holds now. */
export type Depth = { visible: number; inFlight: number; delayed: number }

export type Sqs = Loopback & {
  readonly region: string
  /** Creates each queue with its `-dead-letter` queue and redrive policy, in the order given. */
  createQueues(definitions: readonly QueueDefinition[]): Promise<CreatedQueue[]>
  depth(queue: string): Depth
  /** The messages in a queue: visible, delayed and in flight. Reading does not receive them. */
  peek(queue: string): RestingMessage[]
  /** The messages in all dead-letter queues. */
  deadLetters(): RestingMessage[]
  /** Writes all dead letters to a file and returns how many there were. */
  saveDeadLetters(path: string): Promise<number>
  /** Writes all other messages to a file, those in flight too, and returns how many there were. */
  saveWaiting(path: string): Promise<number>
  /** Restores saved messages with their IDs, receive counts and times; returns how many. */
  load(path: string): Promise<number>
}

/** The named queue was not created. */
export class UnknownQueue extends Error {
  readonly code = 'KEYNAG_UNKNOWN_QUEUE'

  constructor(queue: string) {
    super(`There is no queue ${queue} in the sandbox. Create it before it is used.`)
    this.name = 'UnknownQueue'
  }
}

/**
 * Starts SQS on loopback: fauxqs, in memory, in account 000000000000, with real time.
 *
 * Kept (SQS API Reference and Developer Guide): visibility time-outs, receive counts, batches with
 * partial failures, delays, the characters and attributes that SQS refuses, and the move to the
 * dead-letter queue at the first receive after `maxReceiveCount`.
 *
 * Left out: duplicates and reordering by SQS itself, the expiry of messages, message move tasks,
 * group IDs on standard queues (fair queues), signature checks, IAM policies.
 * @throws {PortInUse}
 */
export const startSqs = async (options: SqsOptions): Promise<Sqs> => {
  const region = options.region ?? 'us-east-1'
  const { app, store, createMessage } = await openQueues(region)
  app.addHook('onRequest', (request, _reply, done) => {
    const target = request.headers['x-amz-target']
    if (typeof target === 'string') options.calls.count(`sqs:${target.replace(/^.*\./, '')}`)
    done()
  })
  app.addHook('preHandler', (request, _reply, done) => {
    const target = request.headers['x-amz-target']
    if (typeof target === 'string') {
      options.calls.seen?.(`sqs:${target.replace(/^.*\./, '')}`, request.body)
    }
    done()
  })
  refuseMessages(app)
  app.addHook('preHandler', (request, _reply, done) => {
    options.tap?.('SQS', JSON.stringify(request.body))
    done()
  })
  if (options.delays === 'skipped') {
    app.addHook('preHandler', (request, _reply, done) => {
      if (/SendMessage/.test(String(request.headers['x-amz-target']))) skipDelays(request.body)
      done()
    })
  }
  const port = options.port ?? 0
  const url = await app.listen({ host: '127.0.0.1', port }).catch(async (error: unknown) => {
    await app.close()
    throw isPortInUse(error) ? new PortInUse(port, 'SQS', error) : error
  })

  const find = (name: string): Queue => {
    const queue = store.getQueueByName(name)
    if (!queue) throw new UnknownQueue(name)
    return queue
  }
  const address = (name: string): QueueAddress => ({
    name,
    url: `${url}/${sandboxQueueAccount}/${name}`,
    arn: `arn:aws:sqs:${region}:${sandboxQueueAccount}:${name}`,
  })
  const create = (name: string, attributes: Record<string, string>) => {
    const queue = address(name)
    if (!store.getQueueByName(name)) store.createQueue(name, queue.url, queue.arn, attributes)
    return queue
  }
  const known = (message: RestingMessage) => store.getQueueByName(message.queue) !== undefined
  const putBack = (messages: RestingMessage[]) => {
    for (const message of messages) {
      find(message.queue).enqueue({
        ...createMessage(message.body, message.messageAttributes),
        messageId: message.messageId,
        sentTimestamp: message.firstSentMs,
        approximateReceiveCount: message.receiveCount,
      })
    }
    return messages.length
  }
  const deadLetters = () =>
    [...store.allQueues()].filter((queue) => isDeadLetterName(queue.name)).flatMap(restingIn)

  const kept = options.dataDir === undefined ? undefined : join(options.dataDir, 'messages.json')
  let waiting = kept !== undefined && (await exists(kept)) ? await readMessages(kept) : []

  return {
    url,
    region,
    createQueues: async (definitions) => {
      const created = definitions.map((definition) => {
        const deadLetter = create(deadLetterName(definition.name), {
          MessageRetentionPeriod: String(retentionSeconds.deadLetter),
        })
        const redrive = {
          deadLetterTargetArn: deadLetter.arn,
          maxReceiveCount: definition.maxReceiveCount,
        }
        const queue = create(definition.name, {
          VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
          MessageRetentionPeriod: String(retentionSeconds.source),
          RedrivePolicy: JSON.stringify(redrive),
        })
        return { ...queue, deadLetter }
      })
      putBack(waiting.filter(known))
      waiting = waiting.filter((message) => !known(message))
      return created
    },
    depth: (name) => {
      const queue = find(name)
      return {
        visible: queue.messages.length,
        inFlight: queue.inflightMessages.size,
        delayed: queue.delayedMessages.length,
      }
    },
    peek: (name) => restingIn(find(name)),
    deadLetters,
    saveDeadLetters: async (path) => {
      const messages = deadLetters()
      await writeMessages(path, messages)
      return messages.length
    },
    saveWaiting: async (path) => {
      const sources = [...store.allQueues()].filter(({ name }) => !isDeadLetterName(name))
      const messages = sources.flatMap(restingIn)
      await writeMessages(path, messages)
      return messages.length
    },
    load: async (path) => putBack(await readMessages(path)),
    close: async () => {
      if (kept !== undefined) {
        await writeMessages(kept, [...waiting, ...[...store.allQueues()].flatMap(restingIn)])
      }
      await app.close()
    },
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
