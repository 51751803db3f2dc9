import { z } from 'zod'

/** The schedule, if any, that a run of a worker begins with. Then it handles all messages. */
export const Schedule = z.enum(['plan', 'sweep', 'none'])
export type Schedule = z.infer<typeof Schedule>

const queueUrls = z.object({
  scan: z.string(),
  notify: z.string(),
  escalate: z.string(),
  rotate: z.string(),
})

/** The URLs of the emulators and the credentials for them. */
const Addresses = z.object({
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
  aws: z.string(),
  dynamodb: z.string(),
  sqs: z.string(),
  ses: z.string(),
  slack: z.string(),
  queueUrls,
  deadLetterUrls: queueUrls,
})

/** A message from the supervisor to a worker. */
export const ToWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begin'),
    addresses: Addresses,
    /** The settings, as `keynag.config.ts` would export them. */
    organization: z.unknown(),
    logPath: z.string(),
    at: z.number(),
  }),
  z.object({ kind: z.literal('time'), at: z.number(), slept: z.number().int().optional() }),
  z.object({ kind: z.literal('run'), schedule: Schedule }),
])
export type ToWorker = z.infer<typeof ToWorker>

/** A message from a worker to the supervisor. */
export const FromWorker = z.discriminatedUnion('kind', [
  /** The worker has loaded its code and can begin at once. */
  z.object({ kind: z.literal('ready') }),
  /** No message is visible in any queue. */
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('sleep'), id: z.number().int(), ms: z.number() }),
])
export type FromWorker = z.infer<typeof FromWorker>
