export { parseEnvironment } from './environment.ts'
export { portsOf } from './ports-of.ts'
export { sqsHandler, type SqsHandler } from './sqs-handler.ts'
