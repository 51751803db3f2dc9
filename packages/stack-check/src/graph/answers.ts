import { z } from 'zod'

/** The organisation in which the stacks are evaluated. */
export const hub = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '222222222222',
  managementAccountId: '111111111111',
  organizationId: 'o-exampleorgid',
  rootId: 'r-exam',
}

const oneOrMany = z.array(z.string())
const Statement = z.object({
  sid: z.string().optional(),
  effect: z.string().optional(),
  actions: oneOrMany.optional(),
  resources: oneOrMany.optional(),
  principals: z.array(z.object({ type: z.string(), identifiers: oneOrMany })).optional(),
  conditions: z
    .array(z.object({ test: z.string(), variable: z.string(), values: oneOrMany }))
    .optional(),
})
const DocumentInput = z.object({ statements: z.array(Statement).default([]) })

/** The answers of the provider's data sources. Asking any other data source is a mistake. */
export function answerInvoke(token: string, input: unknown): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getPartition:getPartition':
      return { partition: hub.partition, id: hub.partition, dnsSuffix: 'amazonaws.com' }
    case 'aws:index/getRegion:getRegion':
      return { region: hub.region, id: hub.region, name: hub.region }
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: hub.accountId, id: hub.accountId }
    case 'aws:organizations/getOrganization:getOrganization':
      return {
        id: hub.organizationId,
        masterAccountId: hub.managementAccountId,
        roots: [{ id: hub.rootId, name: 'Root' }],
      }
    case 'aws:iam/getPolicyDocument:getPolicyDocument': {
      const { statements } = DocumentInput.parse(input)
      // The provider omits an empty list, and SST relies on that.
      return {
        id: 'policy',
        json: JSON.stringify(documentOf(statements)),
        ...(statements.length === 0 ? {} : { statements }),
      }
    }
    default:
      throw new Error(`the evaluation has no answer for ${token}`)
  }
}

const documentOf = (statements: readonly z.infer<typeof Statement>[]) => ({
  Version: '2012-10-17',
  Statement: statements.map(({ sid, effect, actions, resources, principals, conditions }) => ({
    ...(sid === undefined ? {} : { Sid: sid }),
    Effect: effect ?? 'Allow',
    ...(principals === undefined ? {} : { Principal: principalOf(principals) }),
    ...(actions === undefined ? {} : { Action: actions }),
    ...(resources === undefined ? {} : { Resource: resources }),
    ...(conditions === undefined ? {} : { Condition: conditionOf(conditions) }),
  })),
})

const principalOf = (principals: readonly { type: string; identifiers: string[] }[]) =>
  principals.some(({ type }) => type === '*')
    ? '*'
    : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]))

function conditionOf(
  conditions: readonly { test: string; variable: string; values: string[] }[],
): Record<string, Record<string, string[]>> {
  const made: Record<string, Record<string, string[]>> = {}
  for (const { test, variable, values } of conditions) (made[test] ??= {})[variable] = values
  return made
}
