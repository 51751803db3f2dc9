import type { BoundPolicy } from '../policy/document.ts'
import type { Sealed } from '../sealed.ts'

export type SecretValue =
  | { readonly SecretString: string }
  | { readonly SecretBinary: string /* base64 */ }

export interface SecretVersion {
  readonly id: string
  readonly value: Sealed<SecretValue>
  readonly createdAtMs: number
  readonly stages: Set<string>
}

export interface Secret {
  readonly accountId: string
  readonly region: string
  readonly name: string
  readonly arn: string
  readonly createdAtMs: number
  changedAtMs: number
  lastReadMs: number | undefined
  description: string | undefined
  /** A customer managed key. Without one, no other account can read the secret. */
  readonly kmsKeyId: string | undefined
  readonly tags: Map<string, string>
  readonly versions: Map<string, SecretVersion>
  policy: BoundPolicy | undefined
  deletion: { readonly requestedAtMs: number; readonly goneAtMs: number } | undefined
}

export const holdsValue = (version: SecretVersion, value: SecretValue): boolean =>
  JSON.stringify(version.value.reveal()) === JSON.stringify(value)

export const versionAt = (secret: Secret, stage: string): SecretVersion | undefined => {
  for (const version of secret.versions.values()) {
    if (version.stages.has(stage)) return version
  }
  return undefined
}

/**
 * Moves a staging label to a version. When AWSCURRENT moves, AWSPREVIOUS goes to the version that
 * had it (Secrets Manager API Reference, PutSecretValue and UpdateSecretVersionStage).
 */
export const moveStage = (secret: Secret, stage: string, to: SecretVersion | undefined): void => {
  const from = versionAt(secret, stage)
  if (from === to) return
  from?.stages.delete(stage)
  to?.stages.add(stage)
  if (stage === 'AWSCURRENT' && from !== undefined) {
    versionAt(secret, 'AWSPREVIOUS')?.stages.delete('AWSPREVIOUS')
    from.stages.add('AWSPREVIOUS')
  }
}

/**
 * "If this operation creates the first version for the secret, then Secrets Manager automatically
 * attaches the staging label AWSCURRENT to it" (PutSecretValue). The requested labels are added.
 */
export const addVersion = (
  secret: Secret,
  version: Omit<SecretVersion, 'stages'>,
  stages: readonly string[] | undefined,
): SecretVersion => {
  const first = secret.versions.size === 0
  const added: SecretVersion = { ...version, stages: new Set() }
  secret.versions.set(added.id, added)
  const wanted = new Set(stages ?? ['AWSCURRENT'])
  if (first) wanted.add('AWSCURRENT')
  for (const stage of wanted) moveStage(secret, stage, added)
  return added
}
