import { mutantIn, type Mutant } from './mutant.ts'

const permissions = mutantIn('stacks/permissions.ts')
const operations = mutantIn('packages/aws/src/roles/operations.ts')

/** Mutants of the functions’ permissions. */
export const permissionMutants: readonly Mutant[] = [
  permissions(
    'permission to assume every role of the organisation',
    'permissionsReachTheirTargetOnly',
    ":role/${settings.memberRoles[role].replace(/^\\//, '')}`",
    ':role/*`',
  ),
  permissions(
    'permission to assume roles outside the organisation',
    'permissionsReachTheirTargetOnly',
    "conditions: [{ test: 'StringEquals', variable: 'aws:ResourceOrgID', values: [organizationId] }],",
    '',
  ),
  permissions(
    'permission to send mail from any address',
    'permissionsReachTheirTargetOnly',
    "variable: 'ses:FromAddress'",
    "variable: 'ses:FeedbackAddress'",
  ),
  permissions(
    'permission for every table',
    'permissionsReachTheirTargetOnly',
    'ledger: { resources: [ledger.arn] }',
    "ledger: { resources: ['arn:aws:dynamodb:eu-west-1:222222222222:table/*'] }",
  ),
  permissions(
    'permission for every secret',
    'wildcardsHaveAReason',
    '{ resources: [slackToken.arn] }',
    "{ resources: ['*'] }",
  ),
  operations(
    'a wildcard among the operations',
    'actionsAreNamed',
    "actions: ['dynamodb:Scan']",
    "actions: ['dynamodb:*']",
  ),
]
