import type { Organization } from '@keynag/core'

export type MemberRole = 'reader' | 'creator' | 'reaper'

/** Who may assume the member roles, and what they are called. */
export interface MemberRoles {
  readonly settings: Organization['memberRoles']
  readonly organizationId: string
  /** ARNs of the hub's roles. */
  readonly trusted: Readonly<Record<MemberRole, readonly string[]>>
}

/**
 * The roles of every member account, as a CloudFormation template. What a session may really do is
 * narrower still: the rotator adds a session policy for one action on one user.
 */
export function memberRolesTemplate({ settings, organizationId, trusted }: MemberRoles): object {
  const users = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*' }
  const handovers = {
    'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:*:${AWS::AccountId}:secret:keynag/*',
  }
  const { externalId } = settings
  const onlyFromHere = {
    'aws:PrincipalOrgID': organizationId,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  }

  const role = (kind: MemberRole, statements: readonly object[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      ...nameAndPath(settings[kind]),
      Description: 'Lets keynag keep access keys clean. Deployed by a StackSet.',
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: trusted[kind] },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: onlyFromHere },
          },
        ],
      },
      Policies: [
        { PolicyName: kind, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      ],
    },
  })

  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Roles that keynag assumes in this account.',
    Resources: {
      Reader: role('reader', [
        {
          Sid: 'WholeAccount',
          Effect: 'Allow',
          Action: [
            'cloudtrail:LookupEvents',
            'iam:GenerateCredentialReport',
            'iam:GetAccountAuthorizationDetails',
            'iam:GetCredentialReport',
          ],
          // None of these knows resources.
          Resource: '*',
        },
        {
          Sid: 'Users',
          Effect: 'Allow',
          Action: ['iam:GetAccessKeyLastUsed', 'iam:GetUser', 'iam:ListAccessKeys'],
          Resource: users,
        },
      ]),
      Creator: role('creator', [
        { Sid: 'Create', Effect: 'Allow', Action: 'iam:CreateAccessKey', Resource: users },
        {
          Sid: 'HandOver',
          Effect: 'Allow',
          Action: [
            'secretsmanager:CreateSecret',
            'secretsmanager:DescribeSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:PutSecretValue',
            'secretsmanager:TagResource',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          Resource: handovers,
        },
        {
          Sid: 'NameTheReader',
          Effect: 'Allow',
          Action: 'secretsmanager:PutResourcePolicy',
          Resource: handovers,
          Condition: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
        },
      ]),
      Reaper: role('reaper', [
        {
          Sid: 'Retire',
          Effect: 'Allow',
          Action: ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'],
          Resource: users,
        },
        {
          Sid: 'RetireHandOver',
          Effect: 'Allow',
          Action: ['secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret'],
          Resource: handovers,
          Condition: {
            BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' },
          },
        },
      ]),
    },
  }
}

/** `team/keynag-reader` is the role keynag-reader in the path /team/. */
function nameAndPath(setting: string): { RoleName: string; Path: string } {
  const segments = setting.split('/').filter((segment) => segment !== '')
  const RoleName = segments.pop() ?? setting
  return { RoleName, Path: segments.length === 0 ? '/' : `/${segments.join('/')}/` }
}

/** Where keynag runs, in which organisation. */
export interface Hub {
  readonly accountId: string
  readonly organizationId: string
  readonly managementAccountId: string
  readonly rootIds: readonly string[]
}

/** Needs the management account, or one that may administer Organizations and StackSets for it. */
export async function findHub(): Promise<Hub> {
  const [caller, organization] = await Promise.all([
    aws.getCallerIdentity(),
    aws.organizations.getOrganization(),
  ])
  return {
    accountId: caller.accountId,
    organizationId: organization.id,
    managementAccountId: organization.masterAccountId,
    rootIds: organization.roots.map((root) => root.id),
  }
}

/**
 * Puts the roles into every account there is and will be. Their names are the organisation's, so
 * only one stage can own them: production. In other stages every account reads as unreachable.
 *
 * StackSets leave the management account out. Where keynag runs there, a stack of its own adds it;
 * where it runs in a delegated account, somebody has to deploy the template in the management
 * account by hand, and until then that account shows up as not scanned.
 */
export function createMemberRoles(
  hub: Hub,
  settings: Organization['memberRoles'],
  { scanner, rotator }: { scanner: sst.aws.Function; rotator: sst.aws.Function },
): void {
  if ($app.stage !== 'production') return
  const inManagementAccount = hub.accountId === hub.managementAccountId
  const callAs = inManagementAccount ? 'SELF' : 'DELEGATED_ADMIN'
  const templateBody = $resolve([scanner.nodes.role.arn, rotator.nodes.role.arn]).apply(
    ([scannerArn, rotatorArn]) =>
      JSON.stringify(
        memberRolesTemplate({
          settings,
          organizationId: hub.organizationId,
          trusted: {
            reader: [scannerArn, rotatorArn],
            creator: [rotatorArn],
            reaper: [rotatorArn],
          },
        }),
      ),
  )

  const stackSet = new aws.cloudformation.StackSet(
    'MemberRoles',
    {
      description: 'Roles that keynag assumes in every account of the organisation.',
      permissionModel: 'SERVICE_MANAGED',
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { active: true },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      callAs,
      templateBody,
    },
    // AWS fills it in for service-managed sets, and the provider would take it out again.
    { ignoreChanges: ['administrationRoleArn'] },
  )
  new aws.cloudformation.StackInstances('MemberRolesInstances', {
    stackSetName: stackSet.name,
    callAs,
    // IAM is global: one Region reaches all of it.
    regions: [aws.getRegionOutput().region],
    deploymentTargets: { organizationalUnitIds: [...hub.rootIds] },
    operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 100 },
  })
  if (inManagementAccount) {
    new aws.cloudformation.Stack('MemberRolesHere', {
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody,
    })
  }
}
