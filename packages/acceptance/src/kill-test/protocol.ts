import { z } from 'zod'

/** What one run of a worker does: a schedule fires, if any, and then the queues are worked off. */
export const Schedule = z.enum(['plan', 'sweep', 'none'])
export type Schedule = z.infer<typeof Schedule>

const queueUrls = z.object({
  scan: z.string(),
  notify: z.string(),
  escalate: z.string(),
  rotate: z.string(),
})

/** Where the emulators listen, and how to sign. */
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

/** From the supervisor to a worker. */
export const ToWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begin'),
    addresses: Addresses,
    /** As `keynag.config.ts` would export it. */
    organization: z.unknown(),
    logPath: z.string(),
    at: z.number(),
  }),
  z.object({ kind: z.literal('time'), at: z.number(), slept: z.number().int().optional() }),
  z.object({ kind: z.literal('run'), schedule: Schedule }),
])
export type ToWorker = z.infer<typeof ToWorker>

/** From a worker to the supervisor. */
export const FromWorker = z.discriminatedUnion('kind', [
  /** Its code is loaded: it can begin at once. */
  z.object({ kind: z.literal('ready') }),
  /** No message is visible in any queue. */
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('sleep'), id: z.number().int(), ms: z.number() }),
])
export type FromWorker = z.infer<typeof FromWorker>
