import { mutantIn, type Mutant } from './mutant.ts'

const template = mutantIn('packages/aws/src/roles/member-role-template.ts')
const memberRoles = mutantIn('stacks/member-roles.ts')

/** Mutants of the roles in the member accounts. */
export const memberRoleMutants: readonly Mutant[] = [
  template(
    'member roles that trust everybody',
    'memberRolesTrustExactlyTheHub',
    'Principal: { AWS: [...trusted[role], ...alsoTrusted] }',
    "Principal: { AWS: '*' }",
  ),
  template(
    'member roles that trust other organisations',
    'memberRolesTrustExactlyTheHub',
    "'aws:PrincipalOrgID': organizationId,",
    '',
  ),
  template(
    'member roles that may change break-glass users',
    'memberRolesKeepTheirHandsOff',
    "Sid: 'ProtectedUsers',\n            Effect: 'Deny'",
    "Sid: 'ProtectedUsers',\n            Effect: 'Allow'",
  ),
  template(
    "member roles that may change keynag's own roles",
    'memberRolesKeepTheirHandsOff',
    "Sid: 'OwnRoles',\n      Effect: 'Deny'",
    "Sid: 'OwnRoles',\n      Effect: 'Allow'",
  ),
  template(
    'member roles that may change every resource',
    'wildcardsHaveAReason',
    "users: inAccount('iam', '', 'user/*')",
    "users: '*'",
  ),
  memberRoles(
    'member roles that new accounts do not get',
    'memberRolesAreProductionsAlone',
    'autoDeployment: { enabled: true',
    'autoDeployment: { enabled: false',
  ),
  memberRoles(
    'member roles in a second stage',
    'memberRolesAreProductionsAlone',
    "if ($app.stage !== 'production') return",
    '',
    'staging',
  ),
]
