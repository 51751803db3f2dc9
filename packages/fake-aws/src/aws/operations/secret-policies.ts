import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { type BoundPolicy, bindPolicy, principalsOf } from '../policy/document.ts'
import { type Call, operation } from './operation.ts'
import { ofSecret, permittedSecret, requireLive, secretId } from './secret-lookup.ts'

const malformed = (message: string): AwsError =>
  new AwsError('MalformedPolicyDocumentException', message)

const read = (call: Call, text: string): BoundPolicy => {
  try {
    return bindPolicy(text, (arn) => call.world.organization.uniqueIdAt(arn))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw malformed(`This resource policy is not valid: ${why}`)
  }
}

/** Refuses a policy that names a user or role that does not exist. Session ARNs are not checked. */
const requirePrincipals = (policy: BoundPolicy): void => {
  const unknown = policy.document.Statement.flatMap(principalsOf).find(
    (arn) => /^arn:aws:iam::\d{12}:(?:user|role)\//.test(arn) && !policy.uniqueIds.has(arn),
  )
  if (unknown !== undefined) {
    throw malformed(`This resource policy contains an unsupported principal.`)
  }
}

/** AWS analyses the whole policy; this model calls a policy public if it allows `*` unconditionally. */
const isPublic = (policy: BoundPolicy): boolean =>
  policy.document.Statement.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      statement.Condition === undefined &&
      principalsOf(statement).includes('*'),
  )

const putResourcePolicy = operation({
  name: 'PutResourcePolicy',
  mutates: true,
  input: z.object({
    SecretId: secretId,
    ResourcePolicy: z.string().min(1).max(20_480),
    BlockPublicPolicy: z.boolean().default(false),
  }),
  perform: (call, input) => {
    const { BlockPublicPolicy } = input
    const secret = permittedSecret(call, input.SecretId, undefined, { BlockPublicPolicy })
    requireLive(secret)
    const policy = read(call, input.ResourcePolicy)
    requirePrincipals(policy)
    if (input.BlockPublicPolicy && isPublic(policy)) {
      throw new AwsError(
        'PublicPolicyException',
        'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
      )
    }
    secret.policy = policy
    call.record(secret.accountId, { kind: 'secret-policy-put', ...ofSecret(secret) })
    return { ARN: secret.arn, Name: secret.name }
  },
})

const getResourcePolicy = operation({
  name: 'GetResourcePolicy',
  input: z.object({ SecretId: secretId }),
  perform: (call, input) => {
    const secret = permittedSecret(call, input.SecretId)
    return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy?.text }
  },
})

export const secretPolicies = [putResourcePolicy, getResourcePolicy]
