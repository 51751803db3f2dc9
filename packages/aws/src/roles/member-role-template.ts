import type { Organization } from '@keynag/core'
import { handoverKeyGrant } from '../hand-over/handover-key.ts'
import type { MemberRole } from '../session/member-session.ts'
import { memberRoleGrants, type MemberResource } from './operations.ts'

export interface MemberRoleSettings {
  readonly memberRoles: Organization['memberRoles']
  readonly protected: Organization['protected']
  readonly organizationId: string
  /** The Region that keynag runs in. Hand-over secrets are in the same Region. */
  readonly region: string
  /** The ARNs of the hub's roles that may assume each member role. */
  readonly trusted: Readonly<Record<MemberRole, readonly string[]>>
}

const memberRoles = ['reader', 'creator', 'reaper'] as const
export const logicalIds = { reader: 'Reader', creator: 'Creator', reaper: 'Reaper' } as const

/** Text into which CloudFormation puts the account ID and partition (User Guide, Fn::Sub). */
const inAccount = (service: string, region: string, resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${resource}`,
})

/**
 * The roles of a member account as a CloudFormation template. A session may do less than its role:
 * keynag adds a session policy for one user or one secret.
 */
export function memberRoleTemplate(settings: MemberRoleSettings) {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Roles that keynag assumes in this account.',
    Resources: Object.fromEntries(
      memberRoles.map((role) => [logicalIds[role], roleOf(role, settings)]),
    ),
  }
}

const roleOf = (role: MemberRole, settings: MemberRoleSettings) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    ...nameAndPath(settings.memberRoles[role]),
    Description: 'Lets keynag keep access keys clean.',
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: trustOf(role, settings),
    Policies: [
      {
        PolicyName: role,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [...allowances(role, settings), ...denials(role, settings)],
        },
      },
    ],
  },
})

function trustOf(
  role: MemberRole,
  { memberRoles: { externalId, alsoTrusted = [] }, organizationId, trusted }: MemberRoleSettings,
) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: [...trusted[role], ...alsoTrusted] },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:PrincipalOrgID': organizationId,
            ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
          },
        },
      },
    ],
  }
}

function allowances(
  role: MemberRole,
  { region, memberRoles: { handoverKey } }: MemberRoleSettings,
) {
  const resources: Readonly<Record<MemberResource, unknown>> = {
    // IAM defines no resource for any operation on a whole account.
    account: '*',
    users: inAccount('iam', '', 'user/*'),
    handovers: inAccount('secretsmanager', region, 'secret:keynag/handover/*'),
  }
  const grants = memberRoleGrants[role].map(({ actions, on, condition }) => ({
    Effect: 'Allow',
    Action: [...actions],
    Resource: resources[on],
    ...(condition === undefined ? {} : { Condition: condition }),
  }))
  if (role !== 'creator' || handoverKey === undefined) return grants
  const anyKey = inAccount('kms', region, 'key/*')
  const secrets = inAccount('secretsmanager', region, 'secret:keynag/handover/*')
  return [...grants, handoverKeyGrant({ key: handoverKey, region, anyKey, secrets })]
}

/**
 * IAM matches the resources of a policy by case (IAM User Guide, IAM JSON policy elements: Resource),
 * and names of users without case. A denial therefore needs the name as IAM shows it. The engine
 * protects the name in any case, so a denial in another case only takes the second lock away.
 *
 * Denies what must stay out of reach even if other policies grant it: the users that the organisation
 * protects, and keynag's own roles. A reader changes nothing, so it is denied only the roles.
 */
function denials(role: MemberRole, { memberRoles: names, protected: kept }: MemberRoleSettings) {
  const users = [
    ...kept.paths.map((path) => inAccount('iam', '', `user${path.replace(/\/?$/, '/')}*`)),
    ...kept.userNames.flatMap((name) => [
      inAccount('iam', '', `user/${name}`),
      inAccount('iam', '', `user/*/${name}`),
    ]),
  ]
  return [
    ...(role === 'reader' || users.length === 0
      ? []
      : [
          {
            Sid: 'ProtectedUsers',
            Effect: 'Deny',
            Action: ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'],
            Resource: users,
          },
        ]),
    {
      Sid: 'OwnRoles',
      Effect: 'Deny',
      Action: ['iam:*', 'sts:AssumeRole'],
      Resource: memberRoles.map((own) =>
        inAccount('iam', '', `role/${names[own].replace(/^\//, '')}`),
      ),
    },
  ]
}

/** `team/keynag-reader` means the role keynag-reader in the path /team/. */
function nameAndPath(setting: string): { RoleName: string; Path: string } {
  const segments = setting.split('/').filter((segment) => segment !== '')
  const RoleName = segments.pop() ?? setting
  return { RoleName, Path: segments.length === 0 ? '/' : `/${segments.join('/')}/` }
}

/** Which function assumes which role. A scan only reads; the rotator also reads before it acts. */
export const trustedFunctions = {
  reader: ['scanner', 'rotator'],
  creator: ['rotator'],
  reaper: ['rotator'],
} as const satisfies Readonly<Record<MemberRole, readonly string[]>>
