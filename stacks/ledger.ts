import { resourceNames } from '../packages/aws/src/resource-names.ts'
import { ledgerFields, ledgerIndexes, ledgerKey } from '../packages/aws/src/ledger/ledger-table.ts'

/** The ledger's table. SST sets point-in-time recovery and on-demand capacity by default. */
export const createLedger = (dataKey: aws.kms.Key) =>
  new sst.aws.Dynamo('Ledger', {
    fields: ledgerFields,
    primaryIndex: ledgerKey,
    globalIndexes: Object.fromEntries(
      Object.entries(ledgerIndexes).map(([name, { hashKey, rangeKey, projection }]) => [
        name,
        { hashKey, rangeKey, projection: projection === 'all' ? projection : [...projection] },
      ]),
    ),
    deletionProtection: $app.stage === 'production',
    transform: {
      table: {
        name: resourceNames($app.stage).ledgerTable,
        serverSideEncryption: { enabled: true, kmsKeyArn: dataKey.arn },
      },
    },
  })
