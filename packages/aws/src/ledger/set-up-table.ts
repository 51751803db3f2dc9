import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { KeynagError } from '@keynag/core'
import { calling, refusalOf } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'
import { createTableInput, ledgerIndexes } from './ledger-table.ts'

export interface TableMade {
  readonly name: string
  readonly became: 'made' | 'kept'
  readonly missingIndexes: readonly string[]
  /** Point-in-time recovery, if the endpoint supports it. */
  readonly recovery: 'on' | 'off' | 'not known here'
}

const patienceSeconds = 120

/**
 * Creates the ledger's table, waits until it can be used, and switches point-in-time recovery on where
 * the endpoint supports it. It keeps an existing table unchanged.
 */
export async function setUpTable(settings: ClientSettings, TableName: string): Promise<TableMade> {
  const dynamoDb = new DynamoDBClient(clientConfig('dynamodb', settings))
  try {
    const before = await indexesOf(dynamoDb, TableName)
    if (before === undefined) {
      await calling({ operation: `dynamodb:CreateTable ${TableName}` }, () =>
        dynamoDb.send(new CreateTableCommand(createTableInput(TableName))),
      )
      await waitUntilTableExists(
        { client: dynamoDb, maxWaitTime: patienceSeconds, minDelay: 1, maxDelay: 5 },
        { TableName },
      )
    }
    const indexes = before ?? Object.keys(ledgerIndexes)
    return {
      name: TableName,
      became: before === undefined ? 'made' : 'kept',
      missingIndexes: Object.keys(ledgerIndexes).filter((name) => !indexes.includes(name)),
      recovery: await switchRecoveryOn(dynamoDb, TableName),
    }
  } finally {
    dynamoDb.destroy()
  }
}

async function indexesOf(
  dynamoDb: DynamoDBClient,
  TableName: string,
): Promise<readonly string[] | undefined> {
  try {
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }))
    return (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName = '' }) => IndexName)
  } catch (error) {
    if (refusalOf(error) === 'no-such-entity') return undefined
    return calling({ operation: `dynamodb:DescribeTable ${TableName}` }, () =>
      Promise.reject(error),
    )
  }
}

/** Most other servers that speak DynamoDB have no backups, and that is not an error. */
async function switchRecoveryOn(
  dynamoDb: DynamoDBClient,
  TableName: string,
): Promise<TableMade['recovery']> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  try {
    const { ContinuousBackupsDescription: backups } = await calling(
      { operation: 'dynamodb:DescribeContinuousBackups' },
      () => dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })),
    )
    const status = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
    if (status === 'ENABLED') return 'on'
    await calling({ operation: 'dynamodb:UpdateContinuousBackups' }, () =>
      dynamoDb.send(
        new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
      ),
    )
    return 'on'
  } catch (error) {
    if (error instanceof KeynagError && error.code === 'KEYNAG_ACCESS_DENIED') return 'off'
    if (error instanceof KeynagError && error.errorClass === 'transient') throw error
    return 'not known here'
  }
}
