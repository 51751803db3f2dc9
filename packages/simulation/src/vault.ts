import { permanent, type AccessKeyId } from '@keynag/core'

/** One hand-over secret. Its versions are named by their client request token. */
export interface SimSecret {
  readonly arn: string
  readonly name: string
  readonly userId: string
  readonly versions: Map<string, { readonly id: AccessKeyId; readonly at: number }>
  /** The version under AWSCURRENT. */
  current: string | undefined
  /** When it was scheduled for deletion. From then on nobody can read it. */
  retiredAt: number | undefined
}

/** Secrets Manager in memory (API Reference: CreateSecret, PutSecretValue, DeleteSecret). */
export class Vault {
  readonly secrets = new Map<string, SimSecret>()

  prepare(userId: string, accountId: string, name: string): SimSecret {
    const arn = this.arnOf(accountId, name)
    const known = this.secrets.get(arn)
    if (known !== undefined) {
      if (known.retiredAt === undefined) return known
      throw permanent('KEYNAG_REQUEST_REJECTED', 'a secret of that name is scheduled for deletion')
    }
    const secret: SimSecret = {
      arn,
      name,
      userId,
      versions: new Map(),
      current: undefined,
      retiredAt: undefined,
    }
    this.secrets.set(arn, secret)
    return secret
  }

  /** Repeating a token with the same content changes nothing; other content is refused. */
  put(arn: string, token: string, accessKeyId: AccessKeyId, now: number): void {
    const secret = this.#live(arn)
    const known = secret.versions.get(token)
    if (known?.id === accessKeyId) return
    if (known !== undefined) {
      throw permanent('KEYNAG_REQUEST_REJECTED', 'the token was used for another content')
    }
    secret.versions.set(token, { id: accessKeyId, at: now })
    // The first version of a secret becomes AWSCURRENT by itself.
    secret.current ??= token
  }

  read(arn: string, token: string): AccessKeyId | undefined {
    const secret = this.secrets.get(arn)
    return secret === undefined || secret.retiredAt !== undefined
      ? undefined
      : secret.versions.get(token)?.id
  }

  promote(arn: string, token: string): void {
    this.#live(arn).current = token
  }

  /** Idempotent. */
  retire(arn: string, now: number): void {
    const secret = this.secrets.get(arn)
    if (secret !== undefined) secret.retiredAt ??= now
  }

  arnOf(accountId: string, secretId: string): string {
    return secretId.startsWith('arn:')
      ? secretId
      : `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:${secretId}-abcdef`
  }

  /** Whether a reader gets this key's secret, and got it already at `since`. */
  holds(accessKeyId: string, since = Infinity): boolean {
    for (const { versions, current, retiredAt } of this.secrets.values()) {
      if (retiredAt !== undefined || current === undefined) continue
      const version = versions.get(current)
      if (version?.id === accessKeyId && version.at <= since) return true
    }
    return false
  }

  #live(arn: string): SimSecret {
    const secret = this.secrets.get(arn)
    if (secret === undefined || secret.retiredAt !== undefined) {
      throw permanent('KEYNAG_REQUEST_REJECTED', `there is no secret ${arn}`)
    }
    return secret
  }
}
