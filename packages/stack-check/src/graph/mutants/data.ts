import { mutantIn, type Mutant } from './mutant.ts'

const ledger = mutantIn('stacks/ledger.ts')
const key = mutantIn('stacks/data-key.ts')
const token = mutantIn('stacks/slack-token.ts')

/** Mutants of the ledger, of its encryption key and of the Slack token. */
export const dataMutants: readonly Mutant[] = [
  ledger(
    'a ledger encrypted with an AWS owned key',
    'everythingIsEncrypted',
    'kmsKeyArn: dataKey.arn',
    '',
  ),
  ledger(
    'a ledger without deletion protection',
    'theLedgerCanBeRecovered',
    "deletionProtection: $app.stage === 'production'",
    'deletionProtection: false',
  ),
  ledger(
    'a ledger without point-in-time recovery',
    'theLedgerCanBeRecovered',
    'name: resourceNames($app.stage).ledgerTable,',
    'name: resourceNames($app.stage).ledgerTable,\n        pointInTimeRecovery: { enabled: false },',
  ),
  ledger(
    'an index on another attribute',
    'theLedgerHasItsIndexes',
    '{ hashKey, rangeKey, projection: projection',
    "{ hashKey: 'pk', rangeKey, projection: projection",
  ),
  key(
    'an encryption key without rotation',
    'everythingIsEncrypted',
    'enableKeyRotation: true',
    'enableKeyRotation: false',
  ),
  token(
    'the Slack token in a description',
    'secretsAreKeptInSecretsManager',
    "description: 'The token of the Slack bot that keynag writes with'",
    'description: value',
  ),
]
