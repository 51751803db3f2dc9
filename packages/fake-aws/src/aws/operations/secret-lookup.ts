import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { accountIdOf } from '../policy/caller.ts'
import type { Account } from '../world/account.ts'
import type { Secret, SecretValue } from '../world/secret.ts'
import type { Call } from './operation.ts'
import { permit } from './permission.ts'

export const secretId = z.string().min(1).max(2048)

/** Secrets Manager API Reference, PutSecretValue, ClientRequestToken. */
export const requestToken = z.string().min(32).max(64)

export const notFound = (what = "Secrets Manager can't find the specified secret."): AwsError =>
  new AwsError('ResourceNotFoundException', what)

export const invalidRequest = (message: string): AwsError =>
  new AwsError('InvalidRequestException', message)

export const secretArn = (region: string, accountId: string, nameAndSuffix: string): string =>
  `arn:aws:secretsmanager:${region}:${accountId}:secret:${nameAndSuffix}`

/** A secret by its name or ARN. A secret of another account can only be named by its ARN. */
const find = (call: Call, id: string): { account: Account | undefined; secret?: Secret } => {
  const [, region = call.region, accountId = accountIdOf(call.caller), tail = id] =
    /^arn:aws:secretsmanager:([\w-]+):(\d{12}):secret:(.+)$/.exec(id) ?? []
  const account = call.world.organization.accounts.get(accountId)
  const byArn = tail !== id
  const candidates = byArn ? [tail.replace(/-[A-Za-z0-9]{6}$/, ''), tail] : [id]
  for (const name of candidates) {
    const secret = call.world.secretOf(accountId, name, region)
    if (secret === undefined) continue
    if (!byArn || secret.arn === id || secret.name === tail) return { account, secret }
  }
  return { account }
}

/**
 * The secret by its name or ARN. The permission is checked first, so only a caller who is allowed
 * the operation learns from ResourceNotFound that the secret does not exist.
 */
export const permittedSecret = (
  call: Call,
  id: string,
  action?: string,
  asked: Readonly<Record<string, boolean>> = {},
): Secret => {
  const { account, secret } = find(call, id)
  const accountId = account?.id ?? accountIdOf(call.caller)
  const missing = id.startsWith('arn:') ? id : secretArn(call.region, accountId, `${id}-??????`)
  const tags = [...(secret?.tags ?? [])].flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value],
    [`secretsmanager:ResourceTag/${key}`, value],
  ])
  const policy = secret?.policy
  permit(call, {
    ...(action === undefined ? {} : { action }),
    resource: secret?.arn ?? missing,
    protection: policy === undefined ? { accountId } : { accountId, policy },
    context: {
      ...Object.fromEntries(tags),
      ...Object.fromEntries(
        Object.entries(asked).map(([key, value]) => [`secretsmanager:${key}`, String(value)]),
      ),
    },
  })
  if (secret === undefined) throw notFound()
  return secret
}

/** Most operations refuse a secret that is scheduled for deletion. */
export const requireLive = (secret: Secret): void => {
  if (secret.deletion === undefined) return
  throw invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

/**
 * Refuses another account's caller unless a customer managed key encrypts the secret (Secrets
 * Manager User Guide, Access from a different account).
 */
export const requireReadableKey = (call: Call, secret: Secret): void => {
  if (secret.accountId === accountIdOf(call.caller) || secret.kmsKeyId !== undefined) return
  throw invalidRequest(
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )
}

/**
 * Secrets Manager uses a customer managed key on behalf of its caller (User Guide, Secret encryption
 * and decryption). In this model every key has KMS's default key policy, which lets IAM policies
 * decide who may use it.
 */
export const requireKeyUse = (
  call: Call,
  { arn, kmsKeyId }: Pick<Secret, 'arn' | 'kmsKeyId'>,
  ...actions: readonly ('GenerateDataKey' | 'Decrypt')[]
): void => {
  if (kmsKeyId === undefined) return
  const accountId = accountIdOf(call.caller)
  const isAlias = kmsKeyId.startsWith('alias/')
  for (const action of actions) {
    permit(call, {
      service: 'kms',
      action,
      resource: isAlias
        ? `arn:aws:kms:${call.region}:${accountId}:key/${kmsKeyId.replaceAll('/', '-')}`
        : kmsKeyId,
      context: {
        'kms:ViaService': `secretsmanager.${call.region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': arn,
        ...(isAlias ? { 'kms:ResourceAliases': kmsKeyId } : {}),
      },
    })
  }
}

export const valueInput = {
  SecretString: z.string().min(1).max(65_536).optional(),
  SecretBinary: z.base64().min(1).optional(),
}

/** The value of a secret in the parameters; undefined when they hold none. */
export const valueOf = (
  call: Call,
  input: { readonly SecretString?: string | undefined; readonly SecretBinary?: string | undefined },
): SecretValue | undefined => {
  const { SecretString, SecretBinary } = input
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw call.invalid('You must not specify both SecretString and SecretBinary.')
  }
  if (SecretString !== undefined) return { SecretString }
  return SecretBinary === undefined ? undefined : { SecretBinary }
}

export const ofSecret = (secret: Secret): { secretArn: string; secretName: string } => ({
  secretArn: secret.arn,
  secretName: secret.name,
})
