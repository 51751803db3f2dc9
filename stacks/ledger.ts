/** The one table. Point-in-time recovery and on-demand capacity are SST's own settings. */
export const createLedger = () =>
  new sst.aws.Dynamo('Ledger', {
    fields: { pk: 'string', sk: 'string' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    deletionProtection: $app.stage === 'production',
  })
