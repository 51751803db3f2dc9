import type { Organization } from '@keynag/core'
import { memberRoleGrants, type MemberResource } from '../packages/aws/src/operations.ts'
import type { Hub } from './hub.ts'

type MemberRole = keyof typeof memberRoleGrants

/** Who may assume the member roles, and what they are called. */
export interface MemberRoles {
  readonly settings: Organization['memberRoles']
  readonly hub: Pick<Hub, 'organizationId' | 'region'>
  /** ARNs of the hub's roles. */
  readonly trusted: Readonly<Record<MemberRole, readonly string[]>>
}

/**
 * The roles of every member account, as a CloudFormation template. What a session may really do is
 * narrower still: the rotator adds a session policy for one user or one secret.
 */
export function memberRolesTemplate({ settings, hub, trusted }: MemberRoles): object {
  const resources: Readonly<Record<MemberResource, unknown>> = {
    // None of the operations on a whole account knows resources.
    account: '*',
    users: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*' },
    handovers: {
      'Fn::Sub': `arn:\${AWS::Partition}:secretsmanager:${hub.region}:\${AWS::AccountId}:secret:keynag/handover/*`,
    },
  }
  const { externalId } = settings
  const onlyFromHere = {
    'aws:PrincipalOrgID': hub.organizationId,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  }

  const role = (kind: MemberRole) => ({
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
        {
          PolicyName: kind,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: memberRoleGrants[kind].map(({ actions, on, condition }) => ({
              Effect: 'Allow',
              Action: actions,
              Resource: resources[on],
              ...(condition === undefined ? {} : { Condition: condition }),
            })),
          },
        },
      ],
    },
  })

  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Roles that keynag assumes in this account.',
    Resources: { Reader: role('reader'), Creator: role('creator'), Reaper: role('reaper') },
  }
}

/** `team/keynag-reader` is the role keynag-reader in the path /team/. */
function nameAndPath(setting: string): { RoleName: string; Path: string } {
  const segments = setting.split('/').filter((segment) => segment !== '')
  const RoleName = segments.pop() ?? setting
  return { RoleName, Path: segments.length === 0 ? '/' : `/${segments.join('/')}/` }
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
          hub,
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
    regions: [hub.region],
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
