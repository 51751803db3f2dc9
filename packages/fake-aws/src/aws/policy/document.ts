import { z } from 'zod'

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String)

const values = z
  .union([scalar, z.array(scalar)])
  .transform((value) => (typeof value === 'string' ? [value] : value))

const OPERATOR =
  /^(?:For(?:All|Any)Values?:)?(?:StringEquals|StringNotEquals|StringEqualsIgnoreCase|StringLike|StringNotLike|ArnEquals|ArnNotEquals|ArnLike|ArnNotLike|Bool|Null)(?:IfExists)?$/

/** Refuses condition operators that the evaluator does not know: a guess could grant too much. */
const operator = z.string().regex(OPERATOR, 'this model does not evaluate that condition operator')

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z
    .union([z.literal('*'), z.partialRecord(z.enum(['AWS', 'Service', 'Federated']), oneOrMany)])
    .optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  NotResource: oneOrMany.optional(),
  Condition: z.record(operator, z.record(z.string(), values)).optional(),
})

/** IAM User Guide, IAM JSON policy reference. NotPrincipal is not modelled. */
const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z
    .union([statement, z.array(statement)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
})

export type PolicyDocument = z.infer<typeof policyDocument>
export type Statement = z.infer<typeof statement>

/** A policy as people write it: an object, or JSON text. */
export type PolicyInput = string | object

const parsed = new Map<string, PolicyDocument>()

/** Throws a SyntaxError or a ZodError for a policy that this model cannot evaluate. */
export const readPolicy = (input: PolicyInput): PolicyDocument => {
  const text = typeof input === 'string' ? input : JSON.stringify(input)
  const known = parsed.get(text)
  if (known !== undefined) return known
  const document = policyDocument.parse(JSON.parse(text))
  if (parsed.size < 10_000) parsed.set(text, document)
  return document
}

/**
 * A policy with principals. When a policy is saved, IAM replaces the ARN of a user or role by its
 * unique ID, so a later user of the same name gains no access (IAM User Guide, AWS JSON policy
 * elements: Principal).
 */
export interface BoundPolicy {
  readonly document: PolicyDocument
  readonly text: string
  /** The unique ID for each ARN in the policy that named an existing user or role. */
  readonly uniqueIds: ReadonlyMap<string, string>
}

export const principalsOf = ({ Principal: principal }: Statement): readonly string[] => {
  if (principal === undefined) return []
  return principal === '*' ? ['*'] : (principal.AWS ?? [])
}

/** `uniqueIdOf` returns undefined for an ARN that names no user or role of this world. */
export const bindPolicy = (
  input: PolicyInput,
  uniqueIdOf: (arn: string) => string | undefined,
): BoundPolicy => {
  const document = readPolicy(input)
  const uniqueIds = new Map<string, string>()
  for (const arn of document.Statement.flatMap(principalsOf)) {
    const uniqueId = uniqueIdOf(arn)
    if (uniqueId !== undefined) uniqueIds.set(arn, uniqueId)
  }
  return { document, text: typeof input === 'string' ? input : JSON.stringify(input), uniqueIds }
}
