import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createTableInput, DynamoLedger } from '@keynag/aws'
import { epochMs } from '@keynag/core'
import { ledgerContract } from '@keynag/core/testing'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDynamoDb } from '@keynag/fake-aws/dynamodb'

const clock = { now: () => epochMs(Date.now()), sleep: (ms: number) => sleep(ms) }
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }
const region = 'eu-central-1'

ledgerContract('the DynamoDB ledger', async () => {
  const dynamoDb = await startDynamoDb({ calls: { count: () => undefined } })
  const client = new DynamoDBClient({ endpoint: dynamoDb.url, region, credentials })
  await client.send(new CreateTableCommand(createTableInput('ledger')))
  client.destroy()
  const settings = { region, credentials, endpoints: { dynamodb: dynamoDb.url } }
  return {
    ledger: new DynamoLedger(settings, 'ledger', { clock, random: Math.random }),
    close: () => dynamoDb.close(),
  }
})
