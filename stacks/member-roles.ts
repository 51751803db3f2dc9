import type { Organization } from '@keynag/core'
import {
  memberRoleTemplate,
  trustedFunctions,
} from '../packages/aws/src/roles/member-role-template.ts'
import type { Hub } from './hub.ts'

/**
 * Creates the roles in every present and future account. The role names are the same for the whole
 * organisation, so only one stage can own them: production. Other stages cannot reach any account.
 *
 * StackSets leave the management account out. If keynag runs there, a separate stack adds the roles. If
 * keynag runs in a delegated account, somebody has to deploy the template in the management account by
 * hand; until then keynag reports that account as not scanned.
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
  // Uses the role's output and not its name: IAM refuses a policy that trusts a missing role.
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
    // AWS sets this for service-managed sets, and the provider would remove it again.
    { ignoreChanges: ['administrationRoleArn'] },
  )
  const { organizationalUnits = hub.rootIds } = settings.memberRoles
  new aws.cloudformation.StackInstances('MemberRolesInstances', {
    stackSetName: stackSet.name,
    callAs,
    // IAM is global, so one Region is enough.
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
