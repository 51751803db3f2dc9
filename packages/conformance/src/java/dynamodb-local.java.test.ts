import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTableInput, DynamoLedger } from '@keynag/aws'
import { epochMs } from '@keynag/core'
import { ledgerContract } from '@keynag/core/testing'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll } from 'vitest'
import type { Loopback } from '@keynag/fake-aws/loopback'
import { startDynamoDbLocal } from './start-dynamodb-local.ts'

const clock = { now: () => epochMs(Date.now()), sleep: (ms: number) => sleep(ms) }
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
const region = 'eu-central-1'

let dynamoDb: Loopback
let tables = 0

beforeAll(async () => {
  dynamoDb = await startDynamoDbLocal()
  return () => dynamoDb.close()
})

ledgerContract('the ledger on DynamoDB Local', async () => {
  const tableName = `ledger-${(tables += 1)}`
  const client = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials })
  await client.send(new CreateTableCommand(createTableInput(tableName)))
  client.destroy()
  const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
  return { ledger: new DynamoLedger(settings, tableName, { clock, random: Math.random }) }
})
