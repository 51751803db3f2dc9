import { z } from 'zod'
import type { openQueues } from './fauxqs-store.ts'

type App = Awaited<ReturnType<typeof openQueues>>['app']

/** The longest DelaySeconds (SQS API Reference, SendMessage). */
const mostDelaySeconds = 900

const Message = z.looseObject({
  Id: z.string().optional(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: z
    .record(z.string(), z.looseObject({ StringValue: z.string().optional() }))
    .optional(),
})
type Message = z.infer<typeof Message>
const Batch = z.looseObject({ Entries: z.array(Message).min(1).max(10) })
const BatchAnswer = z.looseObject({ Failed: z.array(z.unknown()) })

/** Why SQS refuses a message that fauxqs 2.4 accepts; undefined when SQS accepts it too. */
const faultOf = ({ DelaySeconds = 0, MessageAttributes = {} }: Message): string | undefined => {
  if (DelaySeconds > mostDelaySeconds) {
    return `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${mostDelaySeconds}.`
  }
  const empty = Object.entries(MessageAttributes).find(([, { StringValue }]) => StringValue === '')
  return empty === undefined
    ? undefined
    : `Message (user) attribute '${empty[0]}' must contain a non-empty value of type 'String'.`
}

const Code = 'InvalidParameterValue'

/** Refuses invalid messages as SQS does. In a batch, the valid messages are still accepted. */
export const refuseMessages = (app: App): void => {
  const failures = new WeakMap<object, readonly object[]>()

  app.addHook('preHandler', (request, reply, done) => {
    const target = request.headers['x-amz-target']
    if (target === 'AmazonSQS.SendMessage') {
      const fault = faultIn(request.body)
      if (fault !== undefined) {
        reply.code(400).header('content-type', 'application/x-amz-json-1.0')
        reply.header('x-amzn-query-error', `${Code};Sender`)
        reply.send({ __type: `com.amazonaws.sqs#${Code}`, message: fault })
        return
      }
    }
    if (target === 'AmazonSQS.SendMessageBatch') {
      const { good, bad } = sorted(request.body)
      if (good.length === 0 && bad.length > 0) {
        reply.header('content-type', 'application/x-amz-json-1.0')
        reply.send({ Successful: [], Failed: bad })
        return
      }
      if (bad.length > 0) {
        failures.set(request, bad)
        Reflect.set(Object(request.body), 'Entries', good)
      }
    }
    done()
  })

  app.addHook('preSerialization', (request, _reply, payload, done) => {
    const bad = failures.get(request)
    const answer = BatchAnswer.safeParse(payload)
    if (bad === undefined || !answer.success) return done(null, payload)
    done(null, { ...answer.data, Failed: [...answer.data.Failed, ...bad] })
  })
}

const faultIn = (body: unknown): string | undefined => {
  const message = Message.safeParse(body)
  return message.success ? faultOf(message.data) : undefined
}

/** Separates valid and invalid messages. Errors of the batch as a whole are left to fauxqs. */
const sorted = (body: unknown): { good: unknown[]; bad: object[] } => {
  const good: unknown[] = []
  const bad: object[] = []
  for (const entry of Batch.safeParse(body).data?.Entries ?? []) {
    const fault = faultOf(entry)
    if (fault === undefined) good.push(entry)
    else bad.push({ Id: entry.Id, SenderFault: true, Code, Message: fault })
  }
  return { good, bad }
}
