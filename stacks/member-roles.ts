import type { Organization } from '@keynag/core'
import {
  memberRoleTemplate,
  trustedFunctions,
} from '../packages/aws/src/roles/member-role-template.ts'
import type { Hub } from './hub.ts'

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
  settings: Organization,
  functions: Readonly<Record<'scanner' | 'rotator', sst.aws.Function>>,
): void {
  if ($app.stage !== 'production') return
  const inManagementAccount = hub.accountId === hub.managementAccountId
  const callAs = inManagementAccount ? 'SELF' : 'DELEGATED_ADMIN'
  const rolesOf = (names: readonly (keyof typeof functions)[]) =>
    names.map((name) => functions[name].nodes.role.arn)
  // By output and not by name: a policy that trusts a role which is not there yet is refused.
  const templateBody = $resolve({
    reader: $resolve(rolesOf(trustedFunctions.reader)),
    creator: $resolve(rolesOf(trustedFunctions.creator)),
    reaper: $resolve(rolesOf(trustedFunctions.reaper)),
  }).apply((trusted) =>
    JSON.stringify(
      memberRoleTemplate({
        memberRoles: settings.memberRoles,
        protected: settings.protected,
        organizationId: hub.organizationId,
        region: hub.region,
        trusted,
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
  const { organizationalUnits = hub.rootIds } = settings.memberRoles
  new aws.cloudformation.StackInstances('MemberRolesInstances', {
    stackSetName: stackSet.name,
    callAs,
    // IAM is global: one Region reaches all of it.
    regions: [hub.region],
    deploymentTargets: { organizationalUnitIds: [...organizationalUnits] },
    operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 100 },
  })
  if (inManagementAccount) {
    new aws.cloudformation.Stack('MemberRolesHere', {
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody,
    })
  }
}
