export { startDynamoDb, TablesUnreadable, type DynamoDb, type DynamoDbOptions } from './start.ts'
