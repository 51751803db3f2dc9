import { describe, expect, it } from 'vitest'
import { readPolicy } from '@keynag/fake-aws/aws/policy/document'
import { evaluate } from '@keynag/fake-aws/aws/policy/evaluate'
import { externalId, protectedName, rolesIn } from '@keynag/sandbox/roles'

const accountId = '333333333333'
const organizationId = 'o-exampleorgid'
const user = (pathAndName: string) => `arn:aws:iam::${accountId}:user/${pathAndName}`
const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`
const handover = `arn:aws:secretsmanager:us-east-1:${accountId}:secret:keynag/handover/1-AbCdEf`
const otherSecret = `arn:aws:secretsmanager:us-east-1:${accountId}:secret:database-AbCdEf`

const roleNamed = (name: string) => {
  const found = rolesIn(accountId, organizationId).find((one) => one.name === name)
  if (found === undefined) throw new Error(`the template has no ${name}`)
  return found
}

const contextOf = (values: Readonly<Record<string, string>>) =>
  new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), [value]]))

describe('the permissions of the member roles', () => {
  it.each([
    ['keynag-reader', 'iam:GenerateCredentialReport', '*', 'allow'],
    ['keynag-reader', 'cloudtrail:LookupEvents', '*', 'allow'],
    ['keynag-reader', 'iam:ListAccessKeys', user('ann'), 'allow'],
    ['keynag-reader', 'iam:GetUser', user('break-glass/root-of-all'), 'allow'],
    ['keynag-reader', 'iam:CreateAccessKey', user('ann'), 'silent'],
    ['keynag-reader', 'iam:UpdateAccessKey', user('ann'), 'silent'],
    ['keynag-reader', 'iam:DeleteAccessKey', user('ann'), 'silent'],
    ['keynag-reader', 'secretsmanager:GetSecretValue', handover, 'silent'],
    ['keynag-creator', 'iam:CreateAccessKey', user('ann'), 'allow'],
    ['keynag-creator', 'iam:CreateAccessKey', user('team/a/ann'), 'allow'],
    ['keynag-creator', 'iam:CreateAccessKey', user('break-glass/root-of-all'), 'deny'],
    ['keynag-creator', 'iam:CreateAccessKey', user('break-glass/deeper/one'), 'deny'],
    ['keynag-creator', 'iam:CreateAccessKey', user(protectedName), 'deny'],
    ['keynag-creator', 'iam:CreateAccessKey', user(`team/${protectedName}`), 'deny'],
    ['keynag-creator', 'iam:CreateAccessKey', user('break-glasses/ann'), 'allow'],
    ['keynag-creator', 'iam:DeleteAccessKey', user('ann'), 'silent'],
    ['keynag-creator', 'iam:CreateUser', user('ann'), 'silent'],
    ['keynag-creator', 'secretsmanager:PutSecretValue', handover, 'allow'],
    ['keynag-creator', 'secretsmanager:GetSecretValue', handover, 'allow'],
    ['keynag-creator', 'secretsmanager:GetSecretValue', otherSecret, 'silent'],
    ['keynag-creator', 'secretsmanager:PutSecretValue', otherSecret, 'silent'],
    ['keynag-creator', 'secretsmanager:DeleteSecret', handover, 'silent'],
    ['keynag-reaper', 'iam:UpdateAccessKey', user('ann'), 'allow'],
    ['keynag-reaper', 'iam:DeleteAccessKey', user('ann'), 'allow'],
    ['keynag-reaper', 'iam:DeleteAccessKey', user('break-glass/root-of-all'), 'deny'],
    ['keynag-reaper', 'iam:UpdateAccessKey', user(protectedName), 'deny'],
    ['keynag-reaper', 'iam:CreateAccessKey', user('ann'), 'silent'],
    ['keynag-reaper', 'iam:DeleteUser', user('ann'), 'silent'],
    ['keynag-reaper', 'secretsmanager:GetSecretValue', handover, 'silent'],
    ['keynag-reaper', 'secretsmanager:DeleteSecret', otherSecret, 'silent'],
    ['keynag-reader', 'sts:AssumeRole', role('keynag-creator'), 'deny'],
    ['keynag-creator', 'iam:PutRolePolicy', role('keynag-creator'), 'deny'],
    ['keynag-reaper', 'iam:UpdateAssumeRolePolicy', role('keynag-reaper'), 'deny'],
    ['keynag-reaper', 'iam:PutRolePolicy', role('somebody'), 'silent'],
  ] as const)('%s: %s on %s: %s', (name, action, resource, verdict) => {
    const policy = readPolicy(roleNamed(name).policy)
    expect(evaluate([policy], { action, resource, context: new Map() })).toBe(verdict)
  })

  it.each([
    [
      'PutResourcePolicy',
      'keynag-creator',
      { 'secretsmanager:BlockPublicPolicy': 'true' },
      'allow',
    ],
    [
      'PutResourcePolicy',
      'keynag-creator',
      { 'secretsmanager:BlockPublicPolicy': 'false' },
      'silent',
    ],
    ['PutResourcePolicy', 'keynag-creator', {}, 'silent'],
    ['DeleteSecret', 'keynag-reaper', {}, 'allow'],
    [
      'DeleteSecret',
      'keynag-reaper',
      { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' },
      'silent',
    ],
  ] as const)('%s by %s with %j: %s', (name, by, asked, verdict) => {
    const request = {
      action: `secretsmanager:${name}`,
      resource: handover,
      context: contextOf(asked),
    }
    expect(evaluate([readPolicy(roleNamed(by).policy)], request)).toBe(verdict)
  })
})

describe('the permissions of the creator on a KMS key', () => {
  const key = `arn:aws:kms:us-east-1:${accountId}:key/1234`
  const through = {
    'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
    'kms:EncryptionContext:SecretARN': handover,
    'kms:ResourceAliases': 'alias/keynag',
  }

  it.each([
    ['alias/keynag', through, 'allow'],
    ['alias/other', through, 'silent'],
    ['alias/keynag', { ...through, 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, 'silent'],
    ['alias/keynag', { ...through, 'kms:EncryptionContext:SecretARN': otherSecret }, 'silent'],
    [key, through, 'allow'],
    [key, { ...through, 'kms:EncryptionContext:SecretARN': 'RequestToValidateKeyAccess' }, 'allow'],
    [`${key}5`, through, 'silent'],
    [undefined, through, 'silent'],
  ])('if the settings name %s, a call with %j: %s', (handoverKey, asked, verdict) => {
    const verdicts = rolesIn(accountId, organizationId, handoverKey).map(({ name, policy }) => [
      name,
      evaluate([readPolicy(policy)], {
        action: 'kms:GenerateDataKey',
        resource: key,
        context: contextOf(asked),
      }),
    ])
    expect(verdicts).toEqual([
      ['keynag-reader', 'silent'],
      ['keynag-creator', verdict],
      ['keynag-reaper', 'silent'],
    ])
  })
})

describe('the trust of the member roles', () => {
  it.each([
    [{ 'aws:PrincipalOrgID': organizationId, 'sts:ExternalId': externalId }, 'allow'],
    [{ 'aws:PrincipalOrgID': 'o-another', 'sts:ExternalId': externalId }, 'silent'],
    [{ 'aws:PrincipalOrgID': organizationId }, 'silent'],
    [{ 'aws:PrincipalOrgID': organizationId, 'sts:ExternalId': 'guess' }, 'silent'],
    [{}, 'silent'],
  ])('the hub, with %j: %s', (asked, verdict) => {
    for (const { trustPolicy, name } of rolesIn(accountId, organizationId)) {
      const request = { action: 'sts:AssumeRole', resource: role(name), context: contextOf(asked) }
      expect(evaluate([readPolicy(trustPolicy)], request)).toBe(verdict)
    }
  })

  it('excludes every caller but the exact role', () => {
    const principals = rolesIn(accountId, organizationId).map(({ trustPolicy }) =>
      readPolicy(trustPolicy).Statement.map(({ Principal }) => Principal),
    )
    for (const one of principals) {
      expect(one).toStrictEqual([{ AWS: ['arn:aws:iam::222222222222:role/keynag-functions'] }])
    }
  })
})
