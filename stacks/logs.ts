import type { Hub } from './hub.ts'

/**
 * Lets a function write only to its own log group. CloudWatch masks AWS secret keys and Slack tokens
 * there, in case keynag ever logs one by mistake.
 */
export function keepOwnLogs(title: string, fn: sst.aws.Function, { partition }: Hub): void {
  const name = fn.nodes.logGroup.apply((group) => $util.output(group?.name ?? ''))
  const arn = fn.nodes.logGroup.apply((group) => $util.output(group?.arn ?? ''))
  new aws.iam.RolePolicy(`${title}Logs`, {
    role: fn.nodes.role.name,
    policy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: $interpolate`${arn}:*`,
        },
      ],
    }),
  })
  const secrets = [
    `arn:${partition}:dataprotection::aws:data-identifier/AwsSecretKey`,
    'SlackToken',
  ]
  new aws.cloudwatch.LogDataProtectionPolicy(`${title}LogMask`, {
    logGroupName: name,
    policyDocument: JSON.stringify({
      Name: 'keynag-secrets',
      Version: '2021-06-01',
      Configuration: {
        CustomDataIdentifier: [{ Name: 'SlackToken', Regex: 'xox[abeoprs]-[0-9A-Za-z-]{10,}' }],
      },
      Statement: [
        {
          Sid: 'audit',
          DataIdentifier: secrets,
          Operation: { Audit: { FindingsDestination: {} } },
        },
        {
          Sid: 'mask',
          DataIdentifier: secrets,
          Operation: { Deidentify: { MaskConfig: {} } },
        },
      ],
    }),
  })
}
