import { z } from 'zod'
import { hubOperations, type FunctionName } from '@keynag/aws/operations'
import type { Graph } from '../graph/resource.ts'
import {
  allOf,
  Document,
  functions,
  endOf,
  resourcesOf,
  roles,
  type Rule,
  type Statement,
} from './rule.ts'

/** Functions whose name differs from the name of their folder. */
const titles: Readonly<Record<string, string>> = { bounces: 'BounceReader' }

const titleOf = (name: string): string =>
  titles[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`

const functionNames: readonly string[] = Object.keys(hubOperations)
const operationsOf = (name: string): (typeof hubOperations)[FunctionName] =>
  Object.entries(hubOperations).find(([known]) => known === name)?.[1] ?? []

const rolesTrustTheirServiceOnly: Rule = (graph) => {
  const ofFunctions = new Set(functions(graph).map(({ inputs }) => endOf(inputs.role)))
  return roles(graph).flatMap(({ name, inputs }) => {
    const service = ofFunctions.has(inputs.name) ? 'lambda' : 'scheduler'
    const trusted = inputs.assumeRolePolicy.Statement.map(({ Principal }) => Principal)
    return JSON.stringify(trusted) === `[{"Service":["${service}.amazonaws.com"]}]`
      ? []
      : [`${name} trusts ${JSON.stringify(trusted)}`]
  })
}

const logPolicies = (graph: Graph) =>
  allOf(graph, 'aws:iam/rolePolicy:RolePolicy', z.object({ role: z.string(), policy: Document }))

/** A function may only call its operations in packages/aws/src/roles/operations.ts, and log. */
const functionsMayDoWhatTheyCall: Rule = (graph) =>
  functionNames.flatMap((name) => {
    const role = roles(graph).find((one) => one.name === `${titleOf(name)}Role`)
    if (role === undefined) return [`the function ${name} does not exist`]
    if (role.inputs.managedPolicyArns.length > 0)
      return [`${role.name} has a policy that AWS manages`]
    const allowed = role.inputs.inlinePolicies.flatMap(({ policy }) => policy.Statement)
    const actions = new Set(allowed.flatMap(({ Action }) => Action))
    const called = new Set(operationsOf(name).flatMap((use) => use.actions))
    return actions.symmetricDifference(called).size === 0
      ? []
      : [`${role.name}: ${[...actions.symmetricDifference(called)].join(', ')}`]
  })

/** Each target of the table must become exactly one resource, and not that of another target. */
const permissionsReachTheirTargetOnly: Rule = (graph) =>
  functionNames.flatMap((name) => {
    const role = roles(graph).find((one) => one.name === `${titleOf(name)}Role`)
    const statements = role?.inputs.inlinePolicies.flatMap(({ policy }) => policy.Statement) ?? []
    const wanted = operationsOf(name).flatMap(({ actions, on }) =>
      on.map((target) => `${actions.join()} on ${target}`),
    )
    const found = statements.map((one) => `${one.Action.join()} on ${targetOf(one)}`)
    const odd = new Set(found).symmetricDifference(new Set(wanted))
    return odd.size === 0 ? [] : [`${titleOf(name)}Role: ${[...odd].join('; ')}`]
  })

/** The table's name for the resource of a statement, or the whole resource when it has none. */
function targetOf(statement: Statement): string {
  const resources = resourcesOf(statement)
  const [arn = ''] = resources
  if (resources.length === 2 && arn.endsWith(':identity/*')) return onlyFrom(statement)
  if (resources.length !== 1) return resources.join()
  const end = endOf(arn)
  const [, queue, dead] =
    /^keynag-\w+-(scan|notify|escalate|rotate|bounces)(-dead-letters)?$/.exec(end) ?? []
  if (/:sqs:/.test(arn) && queue !== undefined) {
    return dead === undefined ? `queue:${queue}` : `dead-letters:${queue}`
  }
  if (/:sqs:.*-missed-runs$/.test(arn)) return 'missed-runs'
  if (/:table\/keynag-\w+-ledger$/.test(arn)) return 'ledger'
  if (/:table\/keynag-\w+-ledger\/index\/\*$/.test(arn)) return 'ledger-indexes'
  if (/:secretsmanager:.*:secret:.*SlackToken/.test(arn)) return 'slack-token'
  if (arn === '*' && statement.Action.every((action) => action.startsWith('organizations:'))) {
    return 'organization'
  }
  const [, role] = /^arn:aws:iam::\*:role\/keynag-(reader|creator|reaper)$/.exec(arn) ?? []
  const isInOrganization =
    statement.Condition?.['StringEquals']?.['aws:ResourceOrgID'] !== undefined
  return role !== undefined && isInOrganization ? `member-role:${role}` : arn
}

const onlyFrom = ({ Condition }: Statement): string =>
  Condition?.['StringEquals']?.['ses:FromAddress'] === undefined ? 'any sender' : 'mail'

/** Every statement that allows `*` as resource, with the reason why nothing narrower works. */
const wildcards: readonly (readonly [where: RegExp, why: string])[] = [
  [/^PlannerRole organizations:/, 'ListAccounts and ListRoots take no resource'],
  [/^DataKey kms:/, 'in a key policy `*` means this key'],
  [/^MemberRoles iam:(Generate|Get)/, 'no operation that reads a whole account takes a resource'],
  [/^MemberRoles cloudtrail:LookupEvents/, 'LookupEvents takes no resource'],
]

const wildcardsHaveAReason: Rule = (graph) =>
  statementsOf(graph).flatMap(([where, statement]) =>
    statement.Effect === 'Allow' && resourcesOf(statement).includes('*')
      ? statement.Action.filter(
          (action) => !wildcards.some(([known]) => known.test(`${where} ${action}`)),
        ).map((action) => `${where} allows ${action} on everything`)
      : [],
  )

/** `*` as action is allowed only for the administration of the key. */
const actionsAreNamed: Rule = (graph) =>
  statementsOf(graph).flatMap(([where, { Effect, Action }]) =>
    Effect === 'Allow' && where !== 'DataKey'
      ? Action.filter((action) => action.includes('*')).map((action) => `${where}: ${action}`)
      : [],
  )

/** Every statement of every policy document in the inputs, by the resource's name. */
function statementsOf({ resources }: Graph): readonly (readonly [string, Statement])[] {
  const found: (readonly [string, Statement])[] = []
  const visit = (where: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const document = Document.safeParse(value)
    if (document.success) for (const one of document.data.Statement) found.push([where, one])
    else for (const inner of Object.values(value)) visit(where, inner)
  }
  for (const { name, inputs } of resources) visit(name, inputs)
  return found
}

const functionsWriteToTheirOwnLogOnly: Rule = (graph) =>
  functions(graph).flatMap(({ name, inputs }) => {
    const own = logPolicies(graph).filter((one) => one.inputs.role === endOf(inputs.role))
    const reached = own.flatMap(({ inputs: { policy } }) => policy.Statement.flatMap(resourcesOf))
    return reached.length === 1 && reached[0]?.endsWith(`:${inputs.loggingConfig.logGroup}:*`)
      ? []
      : [`${name} writes to ${reached.join(', ')}`]
  })

export const permissionRules = {
  rolesTrustTheirServiceOnly,
  functionsMayDoWhatTheyCall,
  permissionsReachTheirTargetOnly,
  wildcardsHaveAReason,
  actionsAreNamed,
  functionsWriteToTheirOwnLogOnly,
}
