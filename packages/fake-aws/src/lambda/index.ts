export { drain, DrainEndless, type Drained, type DrainOptions } from './drain.ts'
export {
  EventSourceMapping,
  type EventSourceMappingOptions,
  type MappingStats,
  type QueueDepth,
  type SqsHandler,
} from './event-source-mapping.ts'
export { Schedule, type ScheduleHandler, type ScheduleOptions } from './schedule.ts'
export { LambdaTimedOut } from './within-timeout.ts'
export { sqsEvent } from './sqs-event.ts'
