import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { createTableInput } from '@keynag/aws'
import type { AwsUnderTest } from './aws-under-test.ts'

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }

let made = 0

/** Creates an empty table like the ledger's, and returns the calls that most cases make on it. */
export const createTestTable = async (aws: AwsUnderTest) => {
  made += 1
  const table = `contract-${made}`
  const { dynamodb } = await aws.account()
  await dynamodb.send(new CreateTableCommand(createTableInput(table)))
  return { table, dynamodb, ...callsOn(dynamodb, table) }
}

const callsOn = (dynamodb: DynamoDBClient, TableName: string) => {
  const documents = DynamoDBDocumentClient.from(dynamodb)
  return {
    documents,
    put: (...items: readonly Item[]) =>
      Promise.all(items.map((Item) => documents.send(new PutCommand({ TableName, Item })))),
    get: async (pk: string, sk = 'a') => {
      const read = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true })
      return (await documents.send(read)).Item
    },
    query: (input: Omit<QueryCommandInput, 'TableName'>) =>
      documents.send(new QueryCommand({ TableName, ...input })),
  }
}
