import { dayMs, permanent, type AccessKeyId, type SecretVersion } from '@keynag/core'

/** The recovery window that keynag asks for (Secrets Manager API Reference, DeleteSecret). */
const recoveryMs = 7 * dayMs

/** What keynag stores, as far as it matters here: which key, under which name of its user. */
interface SimValue {
  readonly id: AccessKeyId
  readonly userName: string
}

/** One hand-over secret. Its versions are named by their client request token. */
export interface SimSecret {
  readonly arn: string
  readonly name: string
  readonly userId: string
  readonly versions: Map<string, SimValue & { readonly at: number }>
  /** The version under AWSCURRENT. */
  current: string | undefined
  /** When it was scheduled for deletion. From then on nobody can read it, and in the end it is gone. */
  retiredAt: number | undefined
  /** When its user fetched it. CloudTrail shows each time. */
  readonly fetches: number[]
  /** Since when nobody can read it: it was scheduled for deletion, or deleted at once. */
  unreadableSince: number | undefined
}

/** Secrets Manager in memory (API Reference: CreateSecret, PutSecretValue, DeleteSecret). */
export class Vault {
  readonly secrets = new Map<string, SimSecret>()

  prepare(userId: string, accountId: string, name: string, now: number): SimSecret | 'name-taken' {
    const arn = this.arnOf(accountId, name)
    const known = this.#there(arn, now)
    if (known !== undefined) return known.retiredAt === undefined ? known : 'name-taken'
    const secret: SimSecret = {
      arn,
      name,
      userId,
      versions: new Map(),
      current: undefined,
      retiredAt: undefined,
      unreadableSince: undefined,
      fetches: [],
    }
    this.secrets.set(arn, secret)
    return secret
  }

  /** Repeating a token with the same content changes nothing; other content is refused. */
  put(arn: string, token: string, { id, userName }: SimValue, now: number): void {
    const secret = this.#live(arn, now)
    const known = secret.versions.get(token)
    if (known?.id === id && known.userName === userName) return
    if (known !== undefined) {
      throw permanent('KEYNAG_REQUEST_REJECTED', 'the token was used for another content')
    }
    secret.versions.set(token, { id, userName, at: now })
    // The first version of a secret becomes AWSCURRENT by itself.
    secret.current ??= token
  }

  /** The version of a token, or the one under AWSCURRENT. */
  version(arn: string, token: string, now: number): SecretVersion {
    const secret = this.#there(arn, now)
    if (secret === undefined) return { kind: 'gone', why: 'it does not exist' }
    if (secret.retiredAt !== undefined) return { kind: 'gone', why: 'it is scheduled for deletion' }
    const newKeyId = secret.versions.get(token === 'current' ? (secret.current ?? '') : token)?.id
    return newKeyId === undefined ? { kind: 'absent' } : { kind: 'key', newKeyId }
  }

  /** A version that is current already needs no change, so that nothing is refused. */
  promote(arn: string, token: string, now: number): void {
    if (this.#there(arn, now)?.current === token) return
    const secret = this.#live(arn, now)
    if (!secret.versions.has(token)) {
      throw permanent('KEYNAG_REQUEST_REJECTED', 'there is no such version')
    }
    secret.current = token
  }

  /** Idempotent. */
  retire(arn: string, now: number): void {
    const secret = this.#there(arn, now)
    if (secret === undefined) return
    secret.retiredAt ??= now
    secret.unreadableSince ??= now
  }

  /** Without a recovery window (Secrets Manager API Reference, ForceDeleteWithoutRecovery). */
  deleteAtOnce(arn: string, now: number): void {
    this.retire(arn, now)
    const secret = this.secrets.get(arn)
    if (secret !== undefined) secret.retiredAt = -Infinity
  }

  /** Takes a scheduled deletion back (Secrets Manager API Reference, RestoreSecret). */
  restore(arn: string, now: number): void {
    const secret = this.#there(arn, now)
    if (secret === undefined) return
    secret.retiredAt = undefined
    secret.unreadableSince = undefined
  }

  /** The user fetches the secret of this key, if it can be fetched. */
  fetch(accessKeyId: string, now: number): boolean {
    const secret = this.#holderOf(accessKeyId)
    if (secret === undefined || secret.retiredAt !== undefined) return false
    secret.fetches.push(now)
    return true
  }

  /** When the secret of this key was fetched. */
  fetchesOf(accessKeyId: string): readonly number[] {
    return this.#holderOf(accessKeyId)?.fetches ?? []
  }

  #holderOf(accessKeyId: string): SimSecret | undefined {
    return [...this.secrets.values()].find(
      ({ versions, current }) => current !== undefined && versions.get(current)?.id === accessKeyId,
    )
  }

  newestOf(userId: string): SimSecret | undefined {
    return [...this.secrets.values()].findLast((secret) => secret.userId === userId)
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

  /** Whether a reader can get this key's secret, or could get it at some time since `since`. */
  wasReadable(accessKeyId: string, since: number): boolean {
    return [...this.secrets.values()].some(
      ({ versions, current, unreadableSince = Infinity }) =>
        current !== undefined &&
        versions.get(current)?.id === accessKeyId &&
        unreadableSince > since,
    )
  }

  /** Also a secret that is being deleted, until its recovery window is over. */
  #there(arn: string, now: number): SimSecret | undefined {
    const secret = this.secrets.get(arn)
    return secret?.retiredAt !== undefined && now >= secret.retiredAt + recoveryMs
      ? undefined
      : secret
  }

  #live(arn: string, now: number): SimSecret {
    const secret = this.#there(arn, now)
    if (secret === undefined || secret.retiredAt !== undefined) {
      throw permanent('KEYNAG_REQUEST_REJECTED', `there is no secret ${arn}`)
    }
    return secret
  }
}
