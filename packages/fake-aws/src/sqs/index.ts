export { startSqs, UnknownQueue, type Depth, type Sqs, type SqsOptions } from './start.ts'
export { MessageFileUnreadable, readMessages } from './message-file.ts'
export {
  deadLetterName,
  sandboxQueueAccount,
  type CreatedQueue,
  type QueueAddress,
  type QueueDefinition,
} from './queue-definition.ts'
export type { RestingMessage } from './resting-message.ts'
