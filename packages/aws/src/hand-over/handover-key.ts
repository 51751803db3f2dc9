/** Text, or an intrinsic function that CloudFormation turns into text. */
type Text = string | { readonly 'Fn::Sub': string }

/** A customer's KMS key for the secrets. Secrets Manager's own key needs no grant. */
export interface HandoverKeyUse<T extends Text> {
  /** An alias, which each account gives to its own key, or the ARN of one key. */
  readonly key: string
  readonly region: string
  /** ARN pattern of the account's keys; needed for an alias. */
  readonly anyKey: T
  /** ARN of the secrets, with wildcards. */
  readonly secrets: T
}

/**
 * When a secret gets its key, Secrets Manager tests whether its caller may use that key. The guide says
 * that the context's `SecretVersionId` is then this word; other people's policies have it for
 * `SecretARN` too. Nothing is encrypted under it.
 */
const validation = 'RequestToValidateKeyAccess'

/**
 * Grants what Secrets Manager does with a customer's key in its caller's name: it makes a data key for
 * each version, and decrypts it to read a version and to test access (Secrets Manager User Guide,
 * Secret encryption and decryption). The grant is valid only through Secrets Manager and, by the
 * encryption context, only for these secrets. An alias's ARN grants nothing (KMS Developer Guide,
 * Using aliases to control access), so an alias needs the condition.
 */
export const handoverKeyGrant = <T extends Text>({
  key,
  region,
  anyKey,
  secrets,
}: HandoverKeyUse<T>) => ({
  Effect: 'Allow',
  Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
  Resource: key.startsWith('alias/') ? anyKey : key,
  Condition: {
    StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    StringLike: { 'kms:EncryptionContext:SecretARN': [secrets, validation] },
    ...(key.startsWith('alias/')
      ? { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': key } }
      : {}),
  },
})
