import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { KeynagError } from '@keynag/core'
import { calling, refusalOf } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'
import { ledgerIndexes } from './ledger-table.ts'

export type TableExam =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'there'
      readonly missingIndexes: readonly string[]
      readonly isProtected: boolean
      /** `unknown` when the endpoint has no backups or denies the question. */
      readonly recovery: 'on' | 'off' | 'unknown'
    }

/** Examines the ledger's table, not its items. */
export async function examineTable(
  settings: ClientSettings,
  TableName: string,
): Promise<TableExam> {
  const dynamoDb = new DynamoDBClient(clientConfig('dynamodb', settings))
  try {
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }))
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)
    return {
      kind: 'there',
      missingIndexes: Object.keys(ledgerIndexes).filter((name) => !indexes.includes(name)),
      isProtected: Table?.DeletionProtectionEnabled === true,
      recovery: await recoveryOf(dynamoDb, TableName),
    }
  } catch (error) {
    if (refusalOf(error) === 'no-such-entity') return { kind: 'missing' }
    return await calling({ operation: `dynamodb:DescribeTable ${TableName}` }, () =>
      Promise.reject(error),
    )
  } finally {
    dynamoDb.destroy()
  }
}

async function recoveryOf(
  dynamoDb: DynamoDBClient,
  TableName: string,
): Promise<'on' | 'off' | 'unknown'> {
  try {
    const { ContinuousBackupsDescription: backups } = await calling(
      { operation: 'dynamodb:DescribeContinuousBackups' },
      () => dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })),
    )
    const { PointInTimeRecoveryStatus: status } = backups?.PointInTimeRecoveryDescription ?? {}
    return status === 'ENABLED' ? 'on' : 'off'
  } catch (error) {
    if (error instanceof KeynagError && error.errorClass === 'transient') throw error
    return 'unknown'
  }
}
