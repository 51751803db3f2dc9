/** Text, or what CloudFormation makes text of. */
type Text = string | { readonly 'Fn::Sub': string }

/** Secrets Manager's own key needs no grant; this setting names another. */
export interface HandoverKeyUse<T extends Text> {
  /** An alias, which each account gives to a key of its own, or the ARN of one key. */
  readonly key: string
  readonly region: string
  /** Where keys are in the account, for an alias. */
  readonly anyKey: T
  /** ARN of the secrets, with wildcards. */
  readonly secrets: T
}

/**
 * When a secret is given its key, Secrets Manager tries out whether its caller may use that key. The
 * guide says that the context's `SecretVersionId` is this word then; others' policies have it for
 * `SecretARN` too, and nothing is encrypted under it.
 */
const validation = 'RequestToValidateKeyAccess'

/**
 * What Secrets Manager does with a customer's key in its caller's name: it makes a data key for each
 * version, and has one decrypted to read it and to see that it may (Secrets Manager User Guide,
 * Secret encryption and decryption). Through Secrets Manager only, and by the encryption context for
 * these secrets only. An alias grants nothing by its ARN (KMS Developer Guide, Using aliases to
 * control access), hence the condition.
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
