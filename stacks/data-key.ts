import type { Hub } from './hub.ts'

/**
 * The organisation's own KMS key for the ledger and the topics. The queues hold only pointers, and use
 * SQS's keys.
 */
export const createDataKey = ({ partition, region, accountId }: Hub): aws.kms.Key =>
  new aws.kms.Key('DataKey', {
    description: `The ledger and the topics of keynag-${$app.stage}`,
    enableKeyRotation: true,
    deletionWindowInDays: $app.stage === 'production' ? 30 : 7,
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          // Without this statement nobody could ever change the key again (KMS Developer Guide,
          // Default key policy). In a key policy `*` means this key.
          Sid: 'TheAccountAdministersIt',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          // DynamoDB uses the key for every role that may read the table, so no role needs a grant
          // of its own (DynamoDB Developer Guide, Authorizing use of your customer managed key).
          Sid: 'DynamoDbForItsCallers',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
            'kms:CreateGrant',
          ],
          Resource: '*',
          Condition: {
            StringEquals: {
              'kms:CallerAccount': accountId,
              'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
            },
          },
        },
        {
          Sid: 'AlarmsAndMailEventsOnTheTopics',
          Effect: 'Allow',
          Principal: { Service: ['cloudwatch.amazonaws.com', 'ses.amazonaws.com'] },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
      ],
    }),
  })
