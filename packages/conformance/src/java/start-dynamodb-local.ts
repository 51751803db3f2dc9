import type { Loopback } from '@keynag/fake-aws/loopback'
import { startJava } from './start-java.ts'

/** Starts Amazon's DynamoDB Local, in memory. @throws {JavaUnusable} */
export const startDynamoDbLocal = (): Promise<Loopback> =>
  startJava('dynamodb-local', 'DynamoDbLocal.java')
