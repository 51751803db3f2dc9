import type { Secret, SecretVersion } from './secret.ts'
import type { WorldState } from './world-state.ts'

/** A secret version that contains a given access key. It does not include the secret itself. */
export interface Holding {
  readonly accountId: string
  readonly secretArn: string
  readonly secretName: string
  readonly versionId: string
  readonly stages: readonly string[]
  /** False while the secret is scheduled for deletion. */
  readonly retrievable: boolean
}

const textOf = (version: SecretVersion): string => {
  const value = version.value.reveal()
  if ('SecretString' in value) return value.SecretString
  return Buffer.from(value.SecretBinary, 'base64').toString()
}

const gone = (secret: Secret, nowMs: number): boolean =>
  secret.deletion !== undefined && secret.deletion.goneAtMs <= nowMs

/** Every secret version, in any account, whose value contains both the key's ID and its secret. */
export const holdingsOf = (world: WorldState, accessKeyId: string): readonly Holding[] => {
  const key = world.keys.get(accessKeyId)
  if (key === undefined) return []
  const found: Holding[] = []
  for (const account of world.organization.accounts.values()) {
    for (const secret of account.secrets.values()) {
      if (gone(secret, world.clock.now())) continue
      for (const version of secret.versions.values()) {
        const text = textOf(version)
        if (!text.includes(key.id) || !text.includes(key.secret.reveal())) continue
        found.push({
          accountId: account.id,
          secretArn: secret.arn,
          secretName: secret.name,
          versionId: version.id,
          stages: [...version.stages],
          retrievable: secret.deletion === undefined,
        })
      }
    }
  }
  return found
}
