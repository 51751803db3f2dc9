import { z } from 'zod'
import type { Graph } from '../graph/resource.ts'

/** Returns a sentence for each problem of a stage; an empty list means that the rule holds. */
export type Rule = (graph: Graph, stage: string) => readonly string[]

export interface Found<T> {
  readonly name: string
  readonly parent: string
  readonly inputs: T
  readonly retainOnDelete: boolean
}

/** The resources of one type, with their inputs parsed by a schema. */
export const allOf = <T extends z.ZodType>(
  { resources }: Graph,
  type: string,
  inputs: T,
): readonly Found<z.infer<T>>[] =>
  resources
    .filter((resource) => resource.type === type)
    .map((resource) => ({
      name: resource.name,
      parent: resource.parent,
      inputs: inputs.parse(resource.inputs),
      retainOnDelete: resource.options.retainOnDelete,
    }))

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))

export const Statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMany)]).optional(),
  Action: oneOrMany,
  Resource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
})
export type Statement = z.infer<typeof Statement>
export const Document = z.object({ Statement: z.array(Statement) })

/** The resources of a statement as text. CloudFormation functions stay as they are written. */
export function resourcesOf({ Resource }: Statement): readonly string[] {
  const many = Array.isArray(Resource) ? Resource : [Resource]
  return many.map((one) => (typeof one === 'string' ? one : JSON.stringify(one ?? '')))
}

export const functions = (graph: Graph) =>
  allOf(
    graph,
    'aws:lambda/function:Function',
    z.object({
      name: z.string(),
      role: z.string(),
      timeout: z.number(),
      runtime: z.string(),
      architectures: z.array(z.string()),
      packageType: z.string(),
      environment: z.object({ variables: z.record(z.string(), z.string()) }),
      loggingConfig: z.object({ logFormat: z.string(), logGroup: z.string() }),
      reservedConcurrentExecutions: z.number().optional(),
    }),
  )

export const queues = (graph: Graph) =>
  allOf(
    graph,
    'aws:sqs/queue:Queue',
    z.object({
      name: z.string(),
      visibilityTimeoutSeconds: z.number(),
      messageRetentionSeconds: z.number().optional(),
      sqsManagedSseEnabled: z.boolean().optional(),
      redrivePolicy: z
        .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })
        .optional(),
    }),
  )

export const roles = (graph: Graph) =>
  allOf(
    graph,
    'aws:iam/role:Role',
    z.object({
      name: z.string(),
      assumeRolePolicy: Document,
      inlinePolicies: z.array(z.object({ policy: Document })).default([]),
      managedPolicyArns: z.array(z.string()).default([]),
    }),
  )

/** The last part of an ARN: a queue's name, or a role's. */
export const endOf = (arn: string): string => arn.split(/[:/]/).at(-1) ?? ''
