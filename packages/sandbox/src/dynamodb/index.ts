export { startDynamoDb, TablesUnreadable, type DynamoDbOptions } from './start.ts'
