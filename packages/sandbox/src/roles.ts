import type { World } from './aws/index.ts'

export const managementAccountId = '111111111111'
/** Where keynag runs: a delegated administrator of the organization. */
export const hubAccountId = '222222222222'
export const hubRoleName = 'keynag-functions'
export const externalId = 'keynag-sandbox'

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: string
}

const policy = (...Statement: readonly Statement[]): object => ({
  Version: '2012-10-17',
  Statement,
})

const allow = (actions: readonly string[], resource = '*'): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
})

/** The role that keynag's functions run as. */
export function installHubRole(world: World): void {
  world.addRole(hubAccountId, {
    name: hubRoleName,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    },
    policy: policy(
      allow(['organizations:Describe*', 'organizations:List*']),
      allow(['sts:AssumeRole'], 'arn:aws:iam::*:role/keynag-*'),
    ),
  })
}

/** The roles that keynag assumes in an account: one reads, one creates, one takes away. */
export function installRoles(world: World, accountId: string): void {
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${hubAccountId}:role/${hubRoleName}` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:PrincipalOrgID': world.organization.id,
            'sts:ExternalId': externalId,
          },
        },
      },
    ],
  }
  const users = `arn:aws:iam::${accountId}:user/*`
  const handovers = `arn:aws:secretsmanager:*:${accountId}:secret:keynag/handover/*`
  world.addRole(accountId, {
    name: 'keynag-reader',
    trustPolicy,
    policy: policy(
      allow([
        'iam:GenerateCredentialReport',
        'iam:GetCredentialReport',
        'iam:GetAccountAuthorizationDetails',
        'iam:GetAccessKeyLastUsed',
        'iam:GetUser',
        'iam:ListAccessKeys',
        'cloudtrail:LookupEvents',
      ]),
    ),
  })
  world.addRole(accountId, {
    name: 'keynag-creator',
    trustPolicy,
    policy: policy(allow(['iam:CreateAccessKey'], users), allow(['secretsmanager:*'], handovers)),
  })
  world.addRole(accountId, {
    name: 'keynag-reaper',
    trustPolicy,
    policy: policy(
      allow(['iam:UpdateAccessKey', 'iam:DeleteAccessKey'], users),
      allow(['secretsmanager:DeleteSecret'], handovers),
    ),
  })
}
