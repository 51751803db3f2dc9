import { z } from 'zod'
import type { Graph } from '../graph/resource.ts'
import { allOf, Document, endOf, resourcesOf, type Rule } from './rule.ts'

const Role = z.object({
  Properties: z.object({
    RoleName: z.string(),
    AssumeRolePolicyDocument: Document,
    Policies: z.array(z.object({ PolicyDocument: Document })),
  }),
})
const Template = z.object({
  Resources: z.object({ Reader: Role, Creator: Role, Reaper: Role }),
})

const sets = (graph: Graph) =>
  allOf(
    graph,
    'aws:cloudformation/stackSet:StackSet',
    z.object({
      permissionModel: z.string(),
      autoDeployment: z.object({ enabled: z.boolean() }).optional(),
      templateBody: Template,
    }),
  )

/** The role names are the same for the whole organisation, so only one stage may own them. */
const memberRolesAreProductionsAlone: Rule = (graph, stage) => {
  const found = sets(graph)
  const instances = allOf(
    graph,
    'aws:cloudformation/stackInstances:StackInstances',
    z.object({
      deploymentTargets: z.object({ organizationalUnitIds: z.array(z.string()).min(1) }),
    }),
  )
  if (stage !== 'production') return found.length === 0 ? [] : [`${stage} makes member roles`]
  return [
    ...(found.length === 1 && instances.length === 1
      ? []
      : ['the member roles are not deployed exactly once']),
    ...found.flatMap(({ name, inputs }) =>
      inputs.permissionModel === 'SERVICE_MANAGED' && inputs.autoDeployment?.enabled === true
        ? []
        : [`${name} leaves new accounts out`],
    ),
  ]
}

const trusted = {
  Reader: ['scanner', 'rotator'],
  Creator: ['rotator'],
  Reaper: ['rotator'],
} as const

const memberRolesTrustExactlyTheHub: Rule = (graph, stage) =>
  sets(graph).flatMap(({ inputs: { templateBody } }) =>
    Object.entries(templateBody.Resources).flatMap(([kind, { Properties }]) => {
      const [statement, ...others] = Properties.AssumeRolePolicyDocument.Statement
      const principals = statement?.Principal
      const names = typeof principals === 'object' ? (principals['AWS'] ?? []) : []
      const wanted = Object.entries(trusted).find(([name]) => name === kind)?.[1] ?? []
      const isExact =
        others.length === 0 &&
        names.map(endOf).join() === wanted.map((name) => `keynag-${stage}-${name}`).join() &&
        statement?.Condition?.['StringEquals']?.['aws:PrincipalOrgID'] !== undefined
      return isExact ? [] : [`${kind} trusts ${names.join(', ')}`]
    }),
  )

/** The repository's keynag.config.ts protects break-glass users. */
const memberRolesKeepTheirHandsOff: Rule = (graph) =>
  sets(graph).flatMap(({ inputs: { templateBody } }) =>
    Object.entries(templateBody.Resources).flatMap(([kind, { Properties }]) => {
      const denied = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Effect }) => Effect === 'Deny')
        .flatMap(resourcesOf)
        .join()
      const must = ['role/keynag-reader', 'role/keynag-creator', 'role/keynag-reaper']
      if (kind !== 'Reader') must.push(':user/break-glass/*')
      return must
        .filter((one) => !denied.includes(one))
        .map((one) => `the ${kind} role may act on ${one}`)
    }),
  )

export const memberRules = {
  memberRolesAreProductionsAlone,
  memberRolesTrustExactlyTheHub,
  memberRolesKeepTheirHandsOff,
}
