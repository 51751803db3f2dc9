import { memberRolesIn, memberRoleTemplate } from '@keynag/aws'
import type { World } from '@keynag/fake-aws/aws'
import { region } from './resources.ts'

export const managementAccountId = '111111111111'
/** The account in which keynag runs, a delegated administrator of the organization. */
export const hubAccountId = '222222222222'
export const hubRoleName = 'keynag-functions'
export const externalId = 'keynag-sandbox'
/** The member roles may not change users under this path, whatever keynag's policies say. */
const protectedPath = '/break-glass/'
export const protectedName = 'terraform-of-last-resort'

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

/** The template that `keynag member-role template` prints, for the sandbox's organization. */
export const sandboxTemplate = (organizationId: string, handoverKey?: string) =>
  memberRoleTemplate(sandboxSettings(organizationId, handoverKey))

function sandboxSettings(organizationId: string, handoverKey: string | undefined) {
  const hubRole = `arn:aws:iam::${hubAccountId}:role/${hubRoleName}`
  return {
    memberRoles: {
      reader: 'keynag-reader',
      creator: 'keynag-creator',
      reaper: 'keynag-reaper',
      externalId,
      handoverKey,
    },
    protected: { paths: [protectedPath], userNames: [protectedName] },
    organizationId,
    region,
    trusted: { reader: [hubRole], creator: [hubRole], reaper: [hubRole] },
  }
}

/** The roles that CloudFormation would create in an account from the template. */
export const rolesIn = (accountId: string, organizationId: string, handoverKey?: string) =>
  memberRolesIn(accountId, sandboxSettings(organizationId, handoverKey))

/** Adds the roles that keynag assumes in an account: reader, creator and reaper. */
export function installRoles(world: World, accountId: string, handoverKey?: string): void {
  const roles = rolesIn(accountId, world.organization.id, handoverKey)
  for (const role of roles) world.addRole(accountId, role)
}
