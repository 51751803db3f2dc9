import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import { connect } from '@keynag/aws'
import {
  epochMs,
  queueNames,
  type Clock,
  type KeynagEvent,
  type Outcome,
  type QueueName,
} from '@keynag/core'
import { anOrganization } from '@keynag/core/testing'
import { consume, type ReceivedMessage } from '@keynag/engine'
import { sqsHandler, type SqsHandler } from '@keynag/functions'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventSourceMapping, sqsEvent } from '@keynag/fake-aws/lambda'
import { createQueuePairs, urlsOf } from './queue-pairs.ts'

const region = 'us-east-1'
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
const clock: Clock = { now: () => epochMs(Date.now()), sleep: (ms) => sleep(ms) }
const telemetry = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

export const maxReceiveCount = 3

/** The message of one delivery, as the harness passes it to a verb. */
export interface Delivered {
  readonly eventId: string
  readonly subject: string
  readonly receiveCount: number
}

export interface BenchRules {
  /** Default 300. */
  readonly visibilityTimeoutSeconds?: number
  /** How long `key.stale` stays hidden; default 0. */
  readonly nagDelaySeconds?: number
}

export type QueueBench = Awaited<ReturnType<typeof queueBench>>

let benches = 0

/** Creates keynag's four queues on an SQS over HTTP, with keynag's own publisher and harness. */
export async function queueBench(
  endpoint: string,
  { visibilityTimeoutSeconds = 300, nagDelaySeconds }: BenchRules = {},
) {
  const sqs = new SQSClient({ endpoint, region, credentials })
  benches += 1
  const prefix = `bench-${benches}`
  const pairs = await createQueuePairs(sqs, prefix, { visibilityTimeoutSeconds, maxReceiveCount })
  const { publisher, deadLetters } = connect({
    region,
    credentials,
    endpoints: { sqs: endpoint },
    organization: anOrganization(),
    clock,
    ledgerTable: 'none',
    queueUrls: urlsOf(pairs, 'queue'),
    deadLetterUrls: urlsOf(pairs, 'deadLetters'),
    nagDelaySeconds,
  })

  const receive = async (QueueUrl: string, hiddenSeconds?: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...(hiddenSeconds === undefined ? {} : { VisibilityTimeout: hiddenSeconds }),
    })
    return (await sqs.send(command)).Messages ?? []
  }

  /** keynag's harness, with the same verb for every event of a queue. */
  const harness = (name: QueueName, verb: (delivered: Delivered) => Promise<Outcome>) => {
    const handle = (
      event: Pick<KeynagEvent, 'id' | 'subject'>,
      { receiveCount }: ReceivedMessage,
    ) => verb({ eventId: event.id, subject: event.subject, receiveCount })
    const verbs = {
      'scan.requested': handle,
      'key.stale': handle,
      'notice.due': handle,
      'nags.unanswered': handle,
      'rotation.due': handle,
    }
    return sqsHandler(consume(name, verbs, { publisher, deadLetters, telemetry }))
  }

  return {
    publish: publisher.publish.bind(publisher),
    harness,
    /** An event source mapping from the queue to the harness. */
    mapping: (name: QueueName, verb: (delivered: Delivered) => Promise<Outcome>) =>
      new EventSourceMapping({
        name,
        client: sqs,
        queue: pairs[name].queue,
        handler: harness(name, verb),
      }),
    send: (name: QueueName, body: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: pairs[name].queue.url, MessageBody: body })),
    receive: (name: QueueName, hiddenSeconds?: number) =>
      receive(pairs[name].queue.url, hiddenSeconds),
    remove: (name: QueueName, message: Message) =>
      sqs.send(
        new DeleteMessageCommand({
          QueueUrl: pairs[name].queue.url,
          ReceiptHandle: message.ReceiptHandle,
        }),
      ),
    invoke: (name: QueueName, handler: SqsHandler, messages: Message[]) =>
      handler(sqsEvent(messages, pairs[name].queue.arn), {
        getRemainingTimeInMillis: () => 30_000,
      }),
    /** The messages in the dead-letter queues. They stay there, but hidden. */
    deadLetters: async (): Promise<Message[]> => {
      const found: Message[] = []
      for (const name of queueNames) {
        for (;;) {
          const messages = await receive(pairs[name].deadLetters.url)
          if (messages.length === 0) break
          found.push(...messages)
        }
      }
      return found
    },
    close: () => sqs.destroy(),
  }
}
